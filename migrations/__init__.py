"""Numbered, reversible schema changes (Alembic through Flask-Migrate)."""
