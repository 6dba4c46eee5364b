"""The time zones people choose from."""

from zoneinfo import available_timezones

_AREAS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")

ZONES = [*sorted(zone for zone in available_timezones() if zone.startswith(_AREAS)), "UTC"]
"""Places rather than offsets, by continent."""
