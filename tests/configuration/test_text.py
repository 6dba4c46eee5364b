"""YAML scalars are text; what is no plain document is refused with line and column."""

import pytest

from app.configuration.text import read_yaml, write_yaml
from app.errors import Malformed


def test_norway_stays_norway_and_a_leading_zero_stays() -> None:
    assert read_yaml("[NO, 01234, yes, 1.50, 2026-12-24, 0x1f, 1e3, 12:30]") == [
        "NO", "01234", "yes", "1.50", "2026-12-24", "0x1f", "1e3", "12:30",
    ]  # fmt: skip


def test_only_nothing_is_nothing() -> None:
    assert read_yaml("{a: , b: ~, c: null, d: 'null', e: none, f: ''}") == {
        "a": None,
        "b": None,
        "c": None,
        "d": "null",
        "e": "none",
        "f": "",
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\na: 2", "comes twice (line 2"),
        ("a: &x [1]\nb: *x", "aliases"),
        ("a: !!python/object:os.system x", "tag"),
        ("a: [1", "not valid YAML"),
        ("{[1]: 2}", "keys must be text"),
        ("a: \x00", "not valid YAML"),
        ("[" * 5000 + "]" * 5000, "nested"),
        ("a: <<\n<<: {b: 1}\n<<: {c: 1}", "comes twice"),
    ],
)
def test_what_is_no_plain_document_is_refused(text: str, words: str) -> None:
    with pytest.raises(Malformed, match=r".") as refused:
        read_yaml(text)
    assert words in refused.value.detail


def test_what_is_written_reads_back_the_same() -> None:
    document = {"a": ["NO", "01234", "true", "~", "", "a: b", "ü", "line\nbreak"], "b": {"c": [], "d": {}}}
    assert read_yaml(write_yaml(document)) == document
