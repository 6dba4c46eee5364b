"""Countries and telephone numbers from whatever was typed."""

import unicodedata
from functools import lru_cache


def find_country(typed: str) -> tuple[str | None, bool]:
    """The ISO 3166 code of a country given by code or English name, and whether look-alike letters had to be
    folded to find it ("Gеrmany" with a Cyrillic letter)."""
    names = _countries()
    key = _fold(typed)
    if key in names:
        return names[key], False
    plain = _fold(_unconfuse(typed))
    return (names[plain], True) if plain in names else (None, False)


def read_phone(typed: str, country: str) -> tuple[str | None, str | None]:
    """E.164 and the number's country; `country` decides how a national number is read."""
    import phonenumbers

    try:
        number = phonenumbers.parse(typed, country or None)
    except phonenumbers.NumberParseException:
        return None, None
    if not phonenumbers.is_possible_number(number):
        return None, None
    region = phonenumbers.region_code_for_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), region


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if not unicodedata.combining(c) and c.isalnum()).casefold()


def _unconfuse(text: str) -> str:
    """Letters of other scripts that look like Latin ones, as the Latin ones."""
    from confusable_homoglyphs import confusables

    found = confusables.is_confusable(text, greedy=True, preferred_aliases=["latin"]) or []
    swaps = {}
    for entry in found:
        latin = [
            g["c"] for g in entry["homoglyphs"] if len(g["c"]) == 1 and g["c"].isascii() and g["c"].isalpha()
        ]
        if latin:
            swaps[entry["character"]] = latin[0]
    return "".join(swaps.get(c, c) for c in text)


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    import pycountry

    names: dict[str, str] = {}
    for country in pycountry.countries:
        code = country.alpha_2
        for name in (code, country.alpha_3, country.name, *_other_names(country)):
            names.setdefault(_fold(name), code)
    names |= {"uk": "GB", "usa": "US", "america": "US", "england": "GB", "deutschland": "DE", "espana": "ES"}
    return names


def _other_names(country: object) -> list[str]:
    return [n for n in (getattr(country, a, None) for a in ("common_name", "official_name")) if n]
