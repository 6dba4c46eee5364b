"""The time that somebody chose on a page."""

from datetime import datetime

from flask import request


def chosen_start() -> datetime | None:
    """The instant in the form's `start`; None for anything that is not one, offset included."""
    try:
        start = datetime.fromisoformat(request.form.get("start", ""))
    except ValueError:
        return None
    return start if start.tzinfo is not None else None
