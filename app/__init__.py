"""The application: tables, use cases, jobs, consoles, API and command line."""
