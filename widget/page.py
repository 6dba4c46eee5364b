"""What every server-rendered page of a prospect needs besides its own facts."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import available_timezones

from app.colors import DEFAULT_ACCENT
from widget.assets import accent_style, build_assets
from widget.words import words_for

Json = Mapping[str, Any]
_UTC_STAMP = "%Y%m%dT%H%M%SZ"


def page_context(form: Json, locale: str) -> dict[str, Any]:
    """Variables `say`, `lang`, `direction`, `theme`, `assets`, `accent_sheet`, `zone_groups`, `calendar_links`.

    `form` is the form's public JSON; a page without a form passes `{}` and gets the product's own color.
    """
    branding = form.get("branding") or {}
    say = words_for(locale, form.get("strings"))
    return {
        "say": say,
        "lang": locale,
        "direction": "rtl" if say.is_right_to_left else "ltr",
        "theme": branding.get("theme") or "auto",
        "zone": None,
        "base": "",
        "assets": build_assets(),
        "accent_sheet": accent_style(branding.get("accent") or DEFAULT_ACCENT).path,
        "zone_groups": zone_groups(),
        "calendar_links": calendar_links,
    }


def zone_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """Zones by region, each with the name of its city: `("Europe", [("Europe/Berlin", "Berlin"), …])`."""
    groups: dict[str, list[tuple[str, str]]] = {"UTC": [("UTC", "UTC")]}
    for name in sorted(available_timezones()):
        region, _, city = name.partition("/")
        if city and region not in {"Etc", "SystemV", "US", "Brazil", "Canada", "Chile", "Mexico"}:
            groups.setdefault(region, []).append((name, city.rpartition("/")[2].replace("_", " ")))
    return list(groups.items())


def calendar_links(booking: Json) -> dict[str, str]:
    """Addresses that put a booking into the visitor's own Google or Outlook calendar."""
    start, end = (datetime.fromisoformat(booking[name]) for name in ("start", "end"))
    location = booking.get("location") or ""
    place = booking.get("join_url") or ("" if location in ("video", "phone") else location)
    span = "/".join(at.astimezone(UTC).strftime(_UTC_STAMP) for at in (start, end))
    google = {"action": "TEMPLATE", "text": booking["title"], "dates": span, "location": place}
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": booking["title"],
        "location": place,
        "startdt": start.isoformat(),
        "enddt": end.isoformat(),
    }
    return {
        "google": "https://calendar.google.com/calendar/render?" + urlencode(google),
        "outlook": "https://outlook.office.com/calendar/0/deeplink/compose?" + urlencode(outlook),
    }
