"""The zone a visitor's browser names, or one that will do where nobody knows it."""

from app import clock
from app.db import db
from app.store.company import load_company
from calendars.zones import UnknownZoneError, find_zone


def zone_or_company(typed: str | None) -> str:
    """`typed` if it is an IANA zone, else the company's: a lead is never lost for an odd browser."""
    return zone_or(typed, load_company(db.session(), clock.now().date()).timezone)


def zone_or(typed: str | None, fallback: str) -> str:
    """`typed` if it is an IANA zone, else `fallback`."""
    try:
        return find_zone(typed).key if typed else fallback
    except UnknownZoneError:
        return fallback
