"""What a key for the admin API may do. A key has the scopes it was made with and no others."""

from enum import StrEnum


class Scope(StrEnum):
    """One thing a key may do."""

    CONFIGURATION_READ = "configuration:read"
    CONFIGURATION_WRITE = "configuration:write"
    LEADS_READ = "leads:read"
    LEADS_WRITE = "leads:write"
    BOOKINGS_READ = "bookings:read"
    BOOKINGS_WRITE = "bookings:write"
    ACCOUNTS_WRITE = "accounts:write"
    LEDGER_WRITE = "ledger:write"
    DECISIONS_READ = "decisions:read"
    SIMULATE = "simulate"
    KEYS_WRITE = "keys:write"
