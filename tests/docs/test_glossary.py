"""The words of the field: one entry each, explained, and linked from where they are used."""

import re

import pytest

from tests.docs.pages import all_pages, anchor_of, page

WORDS = """
    prospect, lead, request, account, rep, user, pool, member, territory, skill, router, action, fallback,
    catch-all, queue, facts, route and assignment, trace, refusal, roster, ledger, credit, utilization, tier, form,
    meeting type, working hours, time off, busy block, free/busy, slot, slot interval, buffer, minimum notice,
    booking window, reservation, hold, booking, session, seat, event, connection, destination calendar, activity,
    outcome, job
"""
GLOSSARY = page("reference/glossary.md")


def words() -> list[str]:
    return [" ".join(word.split()) for word in WORDS.split(",")]


def test_each_word_has_one_entry() -> None:
    entries = [entry.lower() for entry in re.findall(r"^### (.+)$", GLOSSARY.text, re.MULTILINE)]
    assert sorted(entries) == sorted(words())


@pytest.mark.parametrize("word", words())
def test_each_word_leads_to_its_explanation(word: str) -> None:
    entry = GLOSSARY.section(word[0].upper() + word[1:])
    assert re.search(r"\]\([^)]+\.md", entry)


@pytest.mark.parametrize("word", words())
def test_each_word_is_linked_from_where_it_is_used(word: str) -> None:
    fragment = f"glossary.md#{anchor_of(word)}"
    assert any(link.endswith(fragment) for here in all_pages() for link in here.links())
