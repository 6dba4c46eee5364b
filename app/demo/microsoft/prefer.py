"""The `Prefer` request header: zone of the answer, size of a page, kind of ids."""

import re
from dataclasses import dataclass

from flask import Request

from app.demo.microsoft.errors import GraphError
from app.demo.microsoft.times import iana

_PART = re.compile(r'\s*([A-Za-z.]+)\s*=\s*("([^"]*)"|[^,\s]*)\s*(?:,|$)')


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the caller prefers, and how the answer says what was granted."""

    zone: str = "UTC"
    page: int | None = None
    immutable_ids: bool = False
    applied: str = ""


def read_preferences(request: Request) -> Preferences:
    """Read the header; unknown preferences are ignored, an unknown zone is refused."""
    found = {m[1].casefold(): (m[3] if m[3] is not None else m[2]) for m in _PART.finditer(_header(request))}
    zone = found.get("outlook.timezone", "UTC")
    if iana(zone) is None:
        raise GraphError(
            400, "TimeZoneNotSupportedException", f"A valid TimeZone value must be specified: {zone}"
        )
    page = found.get("odata.maxpagesize", "")
    immutable = found.get("idtype", "").casefold() == "immutableid"
    applied = [f'outlook.timezone="{zone}"'] if "outlook.timezone" in found else []
    applied += [f"odata.maxpagesize={page}"] if page.isdigit() else []
    applied += ['IdType="ImmutableId"'] if immutable else []
    return Preferences(zone, int(page) if page.isdigit() else None, immutable, ", ".join(applied))


def _header(request: Request) -> str:
    return ", ".join(request.headers.getlist("Prefer"))
