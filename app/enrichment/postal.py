"""Postal codes: text, never numbers; each country's form, and how it is usually written."""

import re

_FIVE = r"[0-9]{5}"
_FOUR = r"[0-9]{4}"
_SIX = r"[0-9]{6}"
_FORMS = {
    "AR": r"[A-Z]?[0-9]{4}(?:[A-Z]{3})?",
    "AT": r"[1-9][0-9]{3}",
    "AU": _FOUR,
    "BE": r"[1-9][0-9]{3}",
    "BG": _FOUR,
    "BR": r"[0-9]{8}",
    "CA": r"[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z][0-9][ABCEGHJ-NPRSTV-Z][0-9]",
    "CH": r"[1-9][0-9]{3}",
    "CL": r"[0-9]{7}",
    "CN": _SIX,
    "CY": _FOUR,
    "CZ": _FIVE,
    "DE": _FIVE,
    "DK": _FOUR,
    "EE": _FIVE,
    "ES": r"(?:0[1-9]|[1-4][0-9]|5[0-2])[0-9]{3}",
    "FI": _FIVE,
    "FR": _FIVE,
    "GB": r"GIR0AA|[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][ABD-HJLNP-UW-Z]{2}",
    "GR": _FIVE,
    "HR": _FIVE,
    "HU": _FOUR,
    "IE": r"[AC-FHKNPRTV-Y][0-9][0-9W][0-9AC-FHKNPRTV-Y]{4}",
    "IL": r"[0-9]{5}(?:[0-9]{2})?",
    "IN": r"[1-9][0-9]{5}",
    "IT": _FIVE,
    "JP": r"[0-9]{7}",
    "KR": _FIVE,
    "LI": r"94(?:8[5-9]|9[0-8])",
    "LT": _FIVE,
    "LU": _FOUR,
    "LV": _FOUR,
    "MT": r"[A-Z]{3}[0-9]{4}",
    "MX": _FIVE,
    "MY": _FIVE,
    "NL": r"[1-9][0-9]{3}(?!SA|SD|SS)[A-Z]{2}",
    "NO": _FOUR,
    "NZ": _FOUR,
    "PL": _FIVE,
    "PT": r"[0-9]{7}",
    "RO": _SIX,
    "SE": _FIVE,
    "SG": _SIX,
    "SI": _FOUR,
    "SK": _FIVE,
    "TH": _FIVE,
    "TR": _FIVE,
    "UA": _FIVE,
    "US": r"[0-9]{5}(?:[0-9]{4})?",
    "ZA": _FOUR,
}
_PATTERNS = {country: re.compile(form) for country, form in _FORMS.items()}
_WRITTEN = {
    "BR": (5, "-"),
    "CA": (3, " "),
    "CZ": (3, " "),
    "GB": (-3, " "),
    "GR": (3, " "),
    "IE": (3, " "),
    "JP": (3, "-"),
    "NL": (4, " "),
    "PL": (2, "-"),
    "PT": (4, "-"),
    "SE": (3, " "),
    "SK": (3, " "),
}
"""Where the code is broken, and by what."""
_PREFIXED = re.compile(r"^(?:([A-Z]{1,2})-?)(?=[0-9])")
_SHORT_COUNTRIES = {"D": "DE", "A": "AT", "F": "FR", "I": "IT", "B": "BE", "L": "LU", "E": "ES", "S": "SE"}
_LONGEST = 16
_UNITED_STATES_SHORT = 5


def read_postal_code(typed: str, country: str | None) -> tuple[str, bool | None]:
    """The code as its country writes it, and whether it has the country's form; None when the form is not known
    (or the country). What does not have the form is left as it was typed, in capitals."""
    shown = " ".join(typed.upper().split())
    pattern = _PATTERNS.get(country or "")
    if pattern is None or country is None:
        return shown, None
    bare = re.sub(r"[\s\-.]", "", shown[: 2 * _LONGEST])
    for code in (bare, _without_country(bare, country)):
        if len(code) <= _LONGEST and pattern.fullmatch(code):
            return _write(code, country), True
    return shown, False


def _without_country(code: str, country: str) -> str:
    """`D10115` and `DE10115` are 10115 in Germany."""
    match = _PREFIXED.match(code)
    named = match[1] if match else None
    return code[match.end() :] if match and country in {named, _SHORT_COUNTRIES.get(named or "")} else code


def _write(code: str, country: str) -> str:
    if country == "US" and len(code) > _UNITED_STATES_SHORT:
        return f"{code[:5]}-{code[5:]}"
    if country not in _WRITTEN:
        return code
    at, mark = _WRITTEN[country]
    return f"{code[:at]}{mark}{code[at:]}"
