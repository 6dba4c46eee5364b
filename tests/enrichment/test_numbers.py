"""Amounts, sizes and truth values are read the way people of many countries type them."""

import pytest

from app.enrichment.numbers import read_lower_bound, read_number, read_truth


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("200", 200),
        (200.0, 200),
        ("10.000", 10_000),
        ("10,000", 10_000),
        ("10 000", 10_000),
        ("1'000'000", 1_000_000),
        ("1.234,56", 1234.56),
        ("1,234.56", 1234.56),
        ("1,5", 1.5),
        ("0.500", 0.5),
        ("€ 10.000", 10_000),
        ("10.000 EUR", 10_000),
        ("$1.5m", 1_500_000),
        ("2 Mio.", 2_000_000),
        ("1k", 1_000),
        ("-3", -3),
        ("12e5", None),
        ("nan", None),
        (float("nan"), None),
        pytest.param(10**400, None, id="a huge number"),
        ("1.2.3", None),
        ("many", None),
        ("", None),
        (True, None),
        ([1], None),
        ("9" * 50_000, None),
    ],
)
def test_an_amount_is_read(typed: object, number: float | None) -> None:
    assert read_number(typed) == number


@pytest.mark.parametrize(
    ("typed", "lower"),
    [
        ("201-500", 201),
        ("201 – 500", 201),
        ("501+", 501),
        ("1k+", 1_000),
        ("1-5k", 1_000),
        ("1.000 - 4.999", 1_000),
        ("1,001 to 5,000", 1_001),
        ("von 51 bis 200"[4:], 51),
        ("10.000", 10_000),
        ("over 5.000", 5_000),
        ("> 5 000", 5_000),
        ("über 500", 500),
        ("< 50", 0),
        ("up to 50", 0),
        ("200 employees", 200),
        (350, 350),
        ("-5", None),
        ("a few", None),
        ("- - -", None),
        ("1" * 50_000, None),
    ],
)
def test_a_size_compares_by_its_lower_bound(typed: object, lower: int | None) -> None:
    assert read_lower_bound(typed) == lower


@pytest.mark.parametrize("typed", [True, "on", "YES", "ja", "sí", "oui", 1, "1", "true"])
def test_yes_is_true(typed: object) -> None:
    assert read_truth(typed) is True


@pytest.mark.parametrize("typed", [False, "off", "No", "nein", "não", 0, "false"])
def test_no_is_false(typed: object) -> None:
    assert read_truth(typed) is False


@pytest.mark.parametrize("typed", ["maybe", "", None, [], {}, 2])
def test_anything_else_is_neither(typed: object) -> None:
    assert read_truth(typed) is None
