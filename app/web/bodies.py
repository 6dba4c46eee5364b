"""Reading requests before anything looks at them: type, size, JSON without surprises, no NUL anywhere.

PostgreSQL's text holds neither NUL nor half a surrogate pair, and JSON has no NaN: what the database cannot hold is
refused here, with words, instead of failing there.
"""

from functools import lru_cache
from typing import Any, get_type_hints

from flask import current_app, json, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import NotFound as PageNotFound
from werkzeug.exceptions import UnsupportedMediaType

from app.errors import FieldError, Invalid, Malformed


class StrictJson(DefaultJSONProvider):
    """JSON by its standard: no NaN, no key twice, no text that cannot be stored. Keys keep their order."""

    sort_keys = False

    def loads(self, s: str | bytes, **options: Any) -> Any:
        """Parse, or raise ValueError."""
        options.setdefault("parse_constant", _refuse_constant)
        options.setdefault("object_pairs_hook", _unique)
        try:
            parsed = super().loads(s, **options)
            _check_text(parsed)
        except RecursionError:
            raise ValueError("nested too deeply") from None
        return parsed


def check_request(longest_body: int) -> None:
    """Refuse a request that cannot be meant: 404 or 422 for NUL, 413, 415, and 400 for what is no JSON object."""
    _refuse_nul()
    request.max_content_length = longest_body
    if not _takes_body():
        return
    if request.is_json:
        _read()
    elif request.get_data():
        raise UnsupportedMediaType("Send application/json")
    elif _needs_body():
        raise Malformed("Send a JSON object as the body")


def _read() -> None:
    if not request.get_data() and not _needs_body():
        return
    try:
        parsed = json.loads(request.get_data())
    except (ValueError, RecursionError) as error:
        raise Malformed(f"The body is not valid JSON: {str(error)[:200]}") from None
    if not isinstance(parsed, dict):
        raise Malformed("The body must be a JSON object")


def _refuse_nul() -> None:
    if not _is_storable(request.path):
        raise PageNotFound
    for name, values in request.args.lists():
        if not all(map(_is_storable, [name, *values])):
            raise Invalid(
                [FieldError(name.replace("\0", ""), "invalid", "must not contain control characters")]
            )


def _takes_body() -> bool:
    return bool(_body_model()) and request.method in {"POST", "PUT", "PATCH", "DELETE"}


def _needs_body() -> bool:
    model = _body_model()
    return model is not None and bool(model.model_config.get("openapi_extra", {}).get("required", True))


def _body_model() -> Any:
    view = current_app.view_functions[request.endpoint or ""]
    return _declared_body(getattr(view, "__wrapped__", view))


@lru_cache(maxsize=512)
def _declared_body(view: Any) -> Any:
    return get_type_hints(view).get("body")


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(
            f"the key {next(name for name in names if names.count(name) > 1)[:80]!r} comes twice"
        )
    return found


def _check_text(value: Any) -> None:
    if isinstance(value, str):
        if not _is_storable(value):
            raise ValueError("text must not contain NUL or lone surrogates")
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_text(key)
            _check_text(item)
    elif isinstance(value, list):
        for item in value:
            _check_text(item)


def _is_storable(text: str) -> bool:
    return "\0" not in text and (text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text))
