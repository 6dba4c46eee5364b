"""The time, and the length, that somebody chose on a page."""

from datetime import datetime

from flask import request


def chosen_start() -> datetime | None:
    """The instant in the form's `start`; None for anything that is not one, offset included."""
    try:
        start = datetime.fromisoformat(request.form.get("start", ""))
    except ValueError:
        return None
    return start if start.tzinfo is not None else None


def chosen_minutes() -> int | None:
    """The length in the form's `minutes`; None when none was chosen."""
    typed = request.form.get("minutes", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else None
