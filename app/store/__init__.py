"""Queries: rows become the libraries' values, and decisions become rows."""
