"""Clients of calendar services, one protocol for all of them (`base.py`), and a complete in-memory one."""
