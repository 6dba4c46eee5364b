"""The admin API: everything the consoles can do, for programs, under `/api/v1/admin` with keys that have scopes."""
