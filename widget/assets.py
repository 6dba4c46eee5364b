"""The widget's scripts and style sheets as they are served: bundled, smaller, named by their contents.

The modules under `static/src/` are plain ES modules. They are joined into one closure in the order of their
imports, so the widget is one classic script that any page can load under a strict content security policy.
`build_assets()` does this once per process from the files on disk; nothing is written.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from app.colors import accent_of
from widget.minify import minify_script, minify_style

SERVED_UNDER = "/static/widget/"
LANGUAGES = ("en", "de", "es", "fr")
_SCRIPT = "text/javascript; charset=utf-8"
_MEDIA_TYPES = {"js": _SCRIPT, "css": "text/css; charset=utf-8", "json": "application/json"}
_IMPORT = re.compile(r"^import \{ [\w, ]+ \} from '\./([\w-]+\.js)';\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const) )", re.MULTILINE)
_TOP_LEVEL = re.compile(r"^(?:export )?(?:async function|function|class|const|let) (\w+)", re.MULTILINE)
_STRAY = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)


class BrokenAsset(Exception):
    """A source file uses something the bundler does not understand; the message names it."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as served. `name` holds a hash of `body`, except for the loader, whose address never changes."""

    name: str
    media_type: str
    body: bytes

    @property
    def path(self) -> str:
        """Where the file is found below the public base address."""
        return "/widget.js" if self.name == "widget.js" else SERVED_UNDER + self.name

    @property
    def etag(self) -> str:
        """A strong validator of the contents, without quotes."""
        return hashlib.sha256(self.body).hexdigest()[:16]

    def zipped(self) -> bytes:
        """The body as gzip, packed once per process."""
        return _zipped(self.body)


@dataclass(frozen=True, slots=True)
class Assets:
    """Everything a prospect's browser is given: `loader` is short-cached, the others never change.

    `kits` holds, per language, what the widget needs besides script: style sheet, icons and words.
    """

    loader: Asset
    bundle: Asset
    kits: Mapping[str, Asset]
    page_style: Asset
    manage_script: Asset

    def find(self, name: str) -> Asset | None:
        """The file of that name under `SERVED_UNDER`, or None; the loader is not among them.

        A company's color is a style sheet too (`accent.<rrggbb>.css`), so that pages need no inline styles.
        """
        if color := re.fullmatch(r"accent\.([0-9a-f]{6})\.css", name):
            return accent_style("#" + color[1])
        hashed = (self.bundle, *self.kits.values(), self.page_style, self.manage_script)
        return next((asset for asset in hashed if asset.name == name), None)


@lru_cache(maxsize=64)
def _zipped(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)


def accent_style(color: str | None) -> Asset:
    """The style sheet that sets a company's color; anything but `#rrggbb` is the default color."""
    accent = accent_of(color)
    rules = f"--accent:{accent.color};--on-accent:{accent.text};--on-accent-shade:{accent.shade}"
    return Asset(f"accent.{accent.color[1:].lower()}.css", _MEDIA_TYPES["css"], f".ss{{{rules}}}\n".encode())


@cache
def build_assets() -> Assets:
    """Bundle and name all files; the same object for the life of the process. Raises BrokenAsset."""
    static = files("widget") / "static"
    source = static / "src"
    style = _read(files("app") / "web/static/tokens.css") + _read(source / "widget.css")
    bundle = _hashed("bundle", "js", bundle_modules(source, "main.js"))
    kits = {language: _kit(static, language, minify_style(style)) for language in LANGUAGES}
    return Assets(
        loader=_loader(source, bundle, kits),
        bundle=bundle,
        kits=kits,
        page_style=_hashed("page", "css", minify_style(style + _read(static / "page.css"))),
        manage_script=_hashed("manage", "js", minify_script(_read(static / "manage.js"))),
    )


def _loader(source: Traversable, bundle: Asset, kits: Mapping[str, Asset]) -> Asset:
    """`widget.js` with the names of this build's files written into it."""
    names = json.dumps({language: kit.path for language, kit in kits.items()}, separators=(",", ":"))
    text = minify_script(_read(source / "loader.js"))
    return Asset(
        "widget.js", _SCRIPT, text.replace("__BUNDLE__", bundle.path).replace("'__KITS__'", names).encode()
    )


def _kit(static: Traversable, language: str, style: str) -> Asset:
    words = json.loads(_read(static / "words" / f"{language}.json"))
    icons = json.loads(_read(static / "icons.json"))
    kit = {"css": style, "icons": icons, "words": words}
    return _hashed(f"kit.{language}", "json", json.dumps(kit, ensure_ascii=False, separators=(",", ":")))


def bundle_modules(folder: Traversable, entry: str) -> str:
    """Join `entry` and the modules it imports, each once and after what it needs, into one closure."""
    order = list(_in_order(folder, entry, []))
    seen: dict[str, str] = {}
    parts = []
    for name in order:
        text = _read(folder / name)
        for declared in _TOP_LEVEL.findall(text):
            if declared in seen:
                raise BrokenAsset(f"{name} and {seen[declared]} both declare {declared} at the top level")
            seen[declared] = name
        parts.append(_plain(name, text))
    return minify_script("(() => {\n'use strict';\n" + "".join(parts) + "})();\n")


def _in_order(
    folder: Traversable, name: str, above: list[str], done: set[str] | None = None
) -> Iterator[str]:
    done = set() if done is None else done
    if name in above:
        raise BrokenAsset("modules import each other in a circle: " + " > ".join([*above, name]))
    if name in done:
        return
    for needed in _IMPORT.findall(_read(folder / name)):
        yield from _in_order(folder, needed, [*above, name], done)
    done.add(name)
    yield name


def _plain(name: str, text: str) -> str:
    """The module's text without import and export; only the forms understood above may occur."""
    plain = _EXPORT.sub("", _IMPORT.sub("", text))
    if stray := _STRAY.search(plain):
        raise BrokenAsset(f"{name}: the bundler does not understand {stray.group()!r}")
    return plain


def _hashed(stem: str, suffix: str, text: str) -> Asset:
    body = text.encode()
    name = f"{stem}.{hashlib.sha256(body).hexdigest()[:12]}.{suffix}"
    return Asset(name, _MEDIA_TYPES[suffix], body)


def _read(path: Traversable) -> str:
    return path.read_text(encoding="utf-8")
