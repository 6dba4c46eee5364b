"""Addresses to go to next, which must be our own."""

from urllib.parse import urlsplit

from flask import url_for

from app.store.people import SignedIn


def safe_next(target: str | None) -> str | None:
    """`target` when it is a path of ours, else None: no scheme, no host, no trick with slashes or controls."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return None
    if any(ord(character) < 0x20 for character in target):
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None


def home_of(who: SignedIn) -> str:
    """Where a person starts: managers at the company's day, reps at their own."""
    return url_for("admin.today") if who.manages else url_for("rep.day")
