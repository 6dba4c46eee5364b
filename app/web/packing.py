"""JSON answers travel as gzip when they are long enough to gain by it and the caller takes it.

Only JSON: pages hold tokens beside what a visitor typed, and how well such a page packs would tell of the token.
What many callers read alike, such as a pool's times, is packed once (`Packed`) and not for each of them.
"""

import gzip
from dataclasses import dataclass

from flask import Flask, Response, request

WORTH_BYTES = 1024
_LEVEL = 5
_KINDS = {"application/json", "application/problem+json"}


@dataclass(frozen=True, slots=True)
class Packed:
    """A JSON body, and the same as gzip."""

    plain: bytes
    zipped: bytes

    @classmethod
    def of(cls, text: str) -> "Packed":
        """Pack a body."""
        plain = text.encode()
        return cls(plain, gzip.compress(plain, _LEVEL, mtime=0))


def packed_answer(packed: Packed, *, cached: str = "no-store") -> Response:
    """The body as the caller can read it."""
    is_zipped = len(packed.plain) > WORTH_BYTES and _takes_gzip()
    response = Response(packed.zipped if is_zipped else packed.plain, mimetype="application/json")
    response.headers["Cache-Control"] = cached
    _mark(response, is_zipped=is_zipped)
    return response


def register_packing(app: Flask) -> None:
    """Pack every long JSON answer that is not packed yet."""
    app.after_request(_pack)


def _pack(response: Response) -> Response:
    if response.mimetype not in _KINDS or response.is_streamed or "Content-Encoding" in response.headers:
        return response
    if (response.content_length or 0) <= WORTH_BYTES or "Accept-Encoding" in response.headers.get("Vary", ""):
        return response
    is_zipped = _takes_gzip()
    if is_zipped:
        response.set_data(gzip.compress(response.get_data(), _LEVEL, mtime=0))
    _mark(response, is_zipped=is_zipped)
    return response


def _mark(response: Response, *, is_zipped: bool) -> None:
    response.headers.add("Vary", "Accept-Encoding")
    if is_zipped:
        response.headers["Content-Encoding"] = "gzip"


def _takes_gzip() -> bool:
    return request.accept_encodings.quality("gzip") > 0
