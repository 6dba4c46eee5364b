"""Countries and their parts from whatever was typed: codes, and names in many languages.

The names are those of the Debian iso-codes translations that `pycountry` carries; what they lack is in
`short_names`.
"""

import gettext
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import pycountry

from app.enrichment.letters import as_latin, fold
from app.enrichment.short_names import COUNTRIES, SUBDIVISIONS

COUNTRY_LANGUAGES = [
    "de",
    "es",
    "fr",
    "it",
    "nl",
    "pt",
    "pt_BR",
    "pl",
    "sv",
    "da",
    "nb_NO",
    "nn",
    "fi",
    "cs",
    "sk",
    "hu",
    "ro",
    "bg",
    "hr",
    "sr",
    "sl",
    "el",
    "tr",
    "ru",
    "uk",
    "et",
    "lv",
    "lt",
    "ca",
    "eu",
    "gl",
    "ga",
    "is",
    "ja",
    "ko",
    "zh_CN",
    "zh_TW",
    "zh_Hans",
    "zh_Hant",
    "ar",
    "he",
    "hi",
    "th",
    "vi",
    "id",
    "ms",
    "fa",
]
"""A name that means two countries in two of these belongs to the earlier one; English goes before all."""

SUBDIVISION_LANGUAGES = ["de", "es", "fr", "it", "nl", "pt", "pl"]
_LONGEST = 120
_LONGEST_CODE = 3  # so short a word is the code of parts of many countries
_UMLAUT = re.compile("[aou]e", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is: ISO 3166-1 `country`, ISO 3166-2 `subdivision` if one was named (`US-CA`), and whether
    look-alike letters had to be folded to find them."""

    country: str
    subdivision: str | None = None
    looked_alike: bool = False


def find_place(typed: str) -> Place | None:
    """The country that was typed, by code or name, or the one of a part of a country that has its name alone."""
    for text, looked_alike in _spellings(typed):
        country = _countries().get(fold(text))
        if country:
            return Place(country, None, looked_alike)
        code = _code(text) or _by_name_alone(fold(text))
        if code:
            return Place(code.partition("-")[0], code, looked_alike)
    return None


def find_subdivision(typed: str, country: str | None) -> Place | None:
    """A part of `country` by code (`US-CA`, `CA`) or name; without a country, one whose name there is only once."""
    for text, looked_alike in _spellings(typed):
        code = _code(text) or (_within(text, country) if country else _by_name_alone(fold(text)))
        if code and (country is None or code.startswith(f"{country}-")):
            return Place(code.partition("-")[0], code, looked_alike)
    return None


def _spellings(typed: str) -> Iterator[tuple[str, bool]]:
    """As typed, with umlauts for `ae` and the like ("Oesterreich"), and with look-alike letters folded."""
    if len(typed) > _LONGEST:
        return
    yield typed, False
    dotted = _UMLAUT.sub(lambda match: match[0][0], typed)
    if dotted != typed:
        yield dotted, False
    latin = as_latin(typed)
    if latin != typed:
        yield latin, True


def _code(text: str) -> str | None:
    code = text.strip().upper().replace("_", "-").replace(" ", "-")
    return code if "-" in code and code in _codes() else None


def _within(text: str, country: str) -> str | None:
    names = _subdivisions().get(fold(text), ())
    own = f"{country}-{text.strip().upper()}"
    return own if own in _codes() else next((c for c in names if c.startswith(f"{country}-")), None)


def _by_name_alone(key: str) -> str | None:
    if key in _nicknames():
        return _nicknames()[key]
    found = _subdivisions().get(key, ()) if len(key) > _LONGEST_CODE else ()
    return found[0] if len({code.partition("-")[0] for code in found}) == 1 else None


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    names: dict[str, str] = {}
    for country in pycountry.countries:
        for name in (country.alpha_2, country.alpha_3, *_english(country)):
            names.setdefault(fold(name), country.alpha_2)
    names |= {fold(name): code for name, code in COUNTRIES.items()}
    for translate in _translations("iso3166-1", COUNTRY_LANGUAGES):
        for country in pycountry.countries:
            for name in map(translate, _english(country)):
                names.setdefault(fold(name), country.alpha_2)
    names.pop("", None)
    return names


@lru_cache(maxsize=1)
def _nicknames() -> dict[str, str]:
    return {fold(name): code for name, code in SUBDIVISIONS.items()}


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    return frozenset(part.code for part in pycountry.subdivisions)


@lru_cache(maxsize=1)
def _subdivisions() -> dict[str, tuple[str, ...]]:
    """Folded name → the codes it stands for; large parts of a country before parts of parts."""
    parts = sorted(pycountry.subdivisions, key=lambda part: (part.parent_code is not None, part.code))
    found: dict[str, list[str]] = {name: [code] for name, code in _nicknames().items()}
    in_languages: list[Callable[[str], str]] = [str, *_translations("iso3166-2", SUBDIVISION_LANGUAGES)]
    for translate in in_languages:
        for part in parts:
            codes = found.setdefault(fold(translate(part.name)), [])
            if part.code not in codes:
                codes.append(part.code)
    return {name: tuple(codes) for name, codes in found.items() if name}


def _translations(domain: str, languages: list[str]) -> Iterator[Callable[[str], str]]:
    for language in languages:
        if gettext.find(domain, pycountry.LOCALES_DIR, [language]):
            yield gettext.translation(domain, pycountry.LOCALES_DIR, [language]).gettext


def _english(country: object) -> list[str]:
    names = (getattr(country, attribute, None) for attribute in ("name", "common_name", "official_name"))
    return [name for name in names if name]
