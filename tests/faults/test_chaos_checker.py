"""The checker that judges a run of `make chaos` finds what is planted, and nothing where all is well."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.chaos.checker import Entry, Letter, Meeting, Story, Taken, faults_of
from tests.chaos.prospects import Promise

NINE = datetime(2026, 11, 25, 9, tzinfo=UTC)
HALF = timedelta(minutes=30)
ADA, BOB = "ada@globex.test", "bob@globex.test"
PROMISES = [
    Promise("bkg_1", ADA, "t", NINE.isoformat()),
    Promise("bkg_2", BOB, "t", (NINE + HALF).isoformat(), is_cancelled=True),
]
OURS = Letter("<1@acme.test>", True, "", "")
INVITED, WITHDRAWN = Letter("<2@g>", False, "REQUEST", "u1"), Letter("<3@g>", False, "CANCEL", "u1")
STANDS = Meeting("bkg_1", "confirmed", NINE, "remy@acme.test", "google", None, 1)
OVER = Meeting("bkg_2", "cancelled", NINE + HALF, "remy@acme.test", "google", None, 1)
WELL = Story(
    meetings={"bkg_1": STANDS, "bkg_2": OVER},
    entries=[Entry("bkg_1", NINE)],
    mailboxes={ADA: [OURS, INVITED], BOB: [OURS, INVITED, WITHDRAWN]},
    taken=[Taken(1, NINE, NINE + HALF), Taken(1, NINE + HALF, NINE + 2 * HALF), Taken(2, NINE, NINE + HALF)],
)


def test_where_all_is_well_it_finds_nothing() -> None:
    assert faults_of(WELL, PROMISES) == []


@pytest.mark.parametrize(
    ("story", "said"),
    [
        (replace(WELL, entries=[*WELL.entries, Entry("bkg_1", NINE)]), "has 2 entries"),
        (replace(WELL, entries=[*WELL.entries, Entry("bkg_2", NINE)]), "which does not stand"),
        (replace(WELL, entries=[]), "does not show bkg_1"),
        (replace(WELL, entries=[Entry("bkg_1", NINE + HALF)]), "the meeting at"),
        (replace(WELL, taken=[*WELL.taken, Taken(2, NINE, NINE + 2 * HALF)]), "two meetings"),
        (replace(WELL, meetings={"bkg_2": OVER}, entries=[]), "is not there"),
        (replace(WELL, meetings={"bkg_1": STANDS._replace(start=NINE + HALF), "bkg_2": OVER}), "promised was"),
        (replace(WELL, meetings={"bkg_1": STANDS, "bkg_2": OVER._replace(state="confirmed")}), "not what was"),
        (replace(WELL, meetings={"bkg_1": STANDS._replace(told=0), "bkg_2": OVER}), "told 0 times"),
        (replace(WELL, meetings={"bkg_1": STANDS._replace(told=2), "bkg_2": OVER}), "told 2 times"),
        (replace(WELL, mailboxes={ADA: [], BOB: WELL.mailboxes[BOB]}), "told nothing"),
        (replace(WELL, mailboxes={ADA: [OURS, INVITED], BOB: [OURS, INVITED]}), "has 1 entries of bkg_2"),
        (
            replace(
                WELL, mailboxes={**WELL.mailboxes, ADA: [OURS, INVITED, Letter("<4@g>", False, "REQUEST", "u2")]}
            ),
            "has 2 entries of bkg_1",
        ),
        (replace(WELL, gave_up=["write_event"]), "gave up"),
    ],
    ids=[
        "twin", "ghost", "lost entry", "entry elsewhere", "overlap", "lost meeting", "moved by nobody", "not cancelled",
        "not told", "told twice", "no mail", "not withdrawn", "two invitations", "dead job",
    ],
)  # fmt: skip
def test_control_what_is_planted_it_finds(story: Story, said: str) -> None:
    assert any(said in each for each in faults_of(story, PROMISES)), faults_of(story, PROMISES)


@pytest.mark.parametrize(
    ("deviation", "entries"), [("gone", []), ("moved", [Entry("bkg_1", NINE + HALF)])], ids=["gone", "moved"]
)
def test_what_a_rep_did_in_the_calendar_is_in_order_when_the_rep_is_asked(
    deviation: str, entries: list[Entry]
) -> None:
    asked = {"bkg_1": STANDS._replace(deviation=deviation), "bkg_2": OVER}
    story = replace(WELL, meetings=asked, entries=entries, edited={"bkg_1"})
    assert faults_of(story, PROMISES) == []
    assert faults_of(replace(story, edited=set()), PROMISES), "unless nobody did it"
