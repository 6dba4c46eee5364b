"""Long JSON answers travel packed to whoever takes them so."""

import gzip
import json

import pytest
from flask import Flask, Response, jsonify

from app.web.packing import Packed, packed_answer, register_packing

LONG = {"words": ["the same words again"] * 200}


@pytest.fixture
def app() -> Flask:
    app = Flask("packing")
    register_packing(app)
    app.add_url_rule("/long", "long", lambda: jsonify(LONG))
    app.add_url_rule("/short", "short", lambda: jsonify({}))
    app.add_url_rule("/page", "page", lambda: Response("<p>words</p>" * 500, mimetype="text/html"))
    app.add_url_rule("/ready", "ready", lambda: packed_answer(Packed.of(json.dumps(LONG))))
    return app


@pytest.mark.parametrize("path", ["/long", "/ready"])
def test_a_long_answer_is_packed_for_those_who_take_it(app: Flask, path: str) -> None:
    packed = app.test_client().get(path, headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers.getlist("Vary") == ["Accept-Encoding"]
    assert json.loads(gzip.decompress(packed.data)) == LONG
    assert int(packed.headers["Content-Length"]) == len(packed.data)


@pytest.mark.parametrize("path", ["/long", "/ready"])
@pytest.mark.parametrize("accepted", ["identity", "gzip;q=0", "br"])
def test_others_get_it_plain_and_caches_are_told(app: Flask, path: str, accepted: str) -> None:
    plain = app.test_client().get(path, headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in plain.headers and plain.get_json() == LONG
    assert plain.headers.getlist("Vary") == ["Accept-Encoding"]


@pytest.mark.parametrize("path", ["/short", "/page"])
def test_short_answers_and_pages_are_left_alone(app: Flask, path: str) -> None:
    assert "Content-Encoding" not in app.test_client().get(path, headers={"Accept-Encoding": "gzip"}).headers
