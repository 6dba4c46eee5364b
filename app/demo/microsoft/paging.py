"""Pages and their absolute links."""

from typing import Any
from urllib.parse import urlencode

from flask import request

from app.demo.microsoft.errors import GraphError

_DEFAULT = 10
_MOST = 1000


def page_size(preferred: int | None = None) -> int:
    """How many items a page holds: `$top`, else the preferred size, else ten."""
    asked = request.args.get("$top") or (str(preferred) if preferred else str(_DEFAULT))
    if not asked.isdigit() or not 1 <= int(asked) <= _MOST:
        raise GraphError(
            400, "ErrorInvalidRequest", f"The value {asked!r} of $top is not within 1 and {_MOST}."
        )
    return int(asked)


def page(base_url: str, items: list[Any], size: int, sizes: list[int]) -> dict[str, Any]:
    """The page that the request's `$skiptoken` names, with a link to the next one; the first pages have `sizes`."""
    number, skip = (int(part) for part in request.args.get("$skiptoken", "0-0").split("-"))
    size = sizes[number] if number < len(sizes) else size
    body: dict[str, Any] = {"value": items[skip : skip + size]}
    if skip + size < len(items):
        body["@odata.nextLink"] = link(base_url, {"$skiptoken": f"{number + 1}-{skip + size}"})
    return body


def link(base_url: str, changes: dict[str, str]) -> str:
    """This request's absolute address with some parameters changed."""
    return f"{base_url}{request.path}?{urlencode({**request.args.to_dict(), **changes})}"
