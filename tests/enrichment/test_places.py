"""Countries, states, postal codes and telephone numbers are found however they were typed."""

import pytest

from app.enrichment.phones import read_phone
from app.enrichment.places import find_place, find_subdivision
from app.enrichment.postal import read_postal_code


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("DE", "DE"),
        ("deu", "DE"),
        ("Germany", "DE"),
        ("  deutschland ", "DE"),
        ("Alemania", "DE"),
        ("Allemagne", "DE"),
        ("Germania", "DE"),
        ("Duitsland", "DE"),
        ("Alemanha", "DE"),
        ("Niemcy", "DE"),
        ("Oesterreich", "AT"),
        ("ÖSTERREICH", "AT"),
        ("Norge", "NO"),
        ("no", "NO"),
        ("Россия", "RU"),
        ("日本", "JP"),
        ("USA", "US"),
        ("U.S.A.", "US"),
        ("The Netherlands", "NL"),
        ("Holland", "NL"),
        ("UAE", "AE"),
        ("Côte d’Ivoire", "CI"),
        ("Georgia", "GE"),
        ("CA", "CA"),
    ],
)
def test_a_country_is_found_by_code_and_by_name_in_many_languages(typed: str, country: str) -> None:
    found = find_place(typed)
    assert found is not None
    assert (found.country, found.subdivision, found.looked_alike) == (country, None, False)


@pytest.mark.parametrize("typed", ["Gеrmany", "GЕRMANY", "Frаnce", "Ѕpain"])
def test_look_alike_letters_are_folded_and_said(typed: str) -> None:
    found = find_place(typed)
    assert found is not None
    assert found.country in {"DE", "FR", "ES"}
    assert found.looked_alike


@pytest.mark.parametrize("typed", ["", "  ", "Atlantis", "🇩🇪🇩🇪", "x" * 50_000, "-", "é" * 119])
def test_what_is_no_country_is_none(typed: str) -> None:
    assert find_place(typed) is None


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("US-CA", "US-CA"),
        ("us_ca", "US-CA"),
        ("California", "US-CA"),
        ("Kalifornien", "US-CA"),
        ("Bayern", "DE-BY"),
        ("Bavaria", "DE-BY"),
        ("NRW", "DE-NW"),
    ],
)
def test_a_part_of_a_country_says_the_country_too(typed: str, code: str) -> None:
    found = find_place(typed)
    assert found is not None
    assert (found.country, found.subdivision) == (code[:2], code)


@pytest.mark.parametrize(
    ("typed", "country", "code"),
    [
        ("CA", "US", "US-CA"),
        ("ca", "US", "US-CA"),
        ("Georgia", "US", "US-GA"),
        ("Cаlifornia", "US", "US-CA"),
        ("Wien", "AT", "AT-9"),
        ("Ontario", "CA", "CA-ON"),
        ("Milano", "IT", "IT-MI"),
        ("US-CA", "DE", None),
        ("CA", None, None),
        ("Bayern", "US", None),
    ],
)
def test_a_subdivision_is_read_within_its_country(typed: str, country: str | None, code: str | None) -> None:
    found = find_subdivision(typed, country)
    assert (found.subdivision if found else None) == code


@pytest.mark.parametrize(
    ("typed", "country", "written", "is_plausible"),
    [
        ("sw1a1aa", "GB", "SW1A 1AA", True),
        ("k1a0b1", "CA", "K1A 0B1", True),
        ("94110", "US", "94110", True),
        ("94110 1234", "US", "94110-1234", True),
        ("D-10115", "DE", "10115", True),
        ("01234", "DE", "01234", True),
        ("1012ab", "NL", "1012 AB", True),
        ("00950", "PL", "00-950", True),
        ("100-0001", "JP", "100-0001", True),
        ("1234", "DE", "1234", False),
        ("D-10115", "FR", "D-10115", False),
        ("９４１１０", "US", "９４１１０", False),
        ("any thing", "AO", "ANY THING", None),
        ("12 34", None, "12 34", None),
    ],
)
def test_a_postal_code_is_text_in_its_countrys_form(
    typed: str, country: str | None, written: str, is_plausible: bool | None
) -> None:
    assert read_postal_code(typed, country) == (written, is_plausible)


@pytest.mark.parametrize(
    ("typed", "country", "expected"),
    [
        ("030 1234567", "DE", ("+49301234567", "DE")),
        ("+1 (650) 253-0000", "", ("+16502530000", "US")),
        ("0049 30 1234567", "DE", ("+49301234567", "DE")),
        ("call me", "DE", (None, None)),
        ("030 1234567", "", (None, None)),
        ("9" * 50_000, "DE", (None, None)),
    ],
)
def test_a_telephone_number_becomes_e164(typed: str, country: str, expected: tuple[str, str]) -> None:
    assert read_phone(typed, country) == expected
