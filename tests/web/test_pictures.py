"""What pages draw and say: weeks, shares, times in words."""

from datetime import UTC, date, datetime, timedelta

import pytest
from werkzeug.datastructures import MultiDict

from app import clock
from app.errors import FieldError
from app.models import Role
from app.store.pages.pools import Standing
from app.store.people import SignedIn
from app.web import typed, words
from app.web.faults import Faults
from app.web.links import safe_next
from app.web.shares import shares_of
from app.web.week import week_of_hours, week_of_times
from routing.ledger import UNIT

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def stopped_clock() -> object:
    clock.replace(lambda: AT)
    yield
    clock.replace(None)


@pytest.mark.parametrize(
    ("distance", "said"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=5), "in a moment"),
        (timedelta(minutes=-59), "59 min ago"),
        (timedelta(hours=-23), "23 h ago"),
        (timedelta(hours=30), "in 1 d"),
        (timedelta(days=-6), "6 d ago"),
        (timedelta(days=-30), "Sun 25 Oct"),
        (timedelta(days=400), "Wed 29 Dec 2027"),
    ],
)
def test_how_far_away_a_time_is(distance: timedelta, said: str) -> None:
    assert words.ago_words(AT + distance) == said


def test_relative_times_carry_the_absolute_one_with_its_zone() -> None:
    shown = words.ago(AT - timedelta(hours=2), "America/New_York")
    assert 'title="Tue 24 Nov, 02:00 (New York)"' in shown
    assert "2 h ago" in shown


def test_a_span_over_midnight_is_cut_at_the_day_of_the_reader() -> None:
    late = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
    week = week_of_times(
        date(2026, 11, 23), "Europe/Berlin", {}, [(late, late + timedelta(hours=2), "busy")], []
    )
    blocks = {day.name: [(b.start, b.end) for b in day.blocks] for day in week.days if day.blocks}
    assert blocks == {"Tue 24": [(23 * 60 + 30, 1440)], "Wed 25": [(0, 90)]}


def test_a_week_that_cannot_be_read_has_no_picture() -> None:
    assert week_of_hours({"mon": ["9 to 5"]}) is None


def test_a_picture_shows_all_hours_and_adds_them_up() -> None:
    week = week_of_hours({"mon": ["07:15-12:00"], "sun": ["22:00-06:00"]})
    assert week is not None
    assert week.total == (4 * 60 + 45) + 8 * 60
    assert week.first <= 7 * 60
    assert week.last == 1440


def standing(number: int, **values: int) -> Standing:
    plain = {
        "assigned": 0,
        "given_back": 0,
        "owner_routed": 0,
        "virtual_time": 0,
        "weight": 1,
        "last_sequence": None,
    }
    return Standing(
        rep_id=number, rep=f"rep_{number}", name=f"Rep {number}", is_active=True, **{**plain, **values}
    )


def test_shares_stand_against_weights_and_turns_given_back_do_not_count() -> None:
    rows = shares_of([standing(1, weight=2, assigned=4, given_back=1), standing(2, assigned=1)])
    by_rep = {row.standing.rep_id: row for row in rows}
    assert by_rep[1].share == pytest.approx(3 / 4)
    assert by_rep[1].target == pytest.approx(2 / 3)


def test_who_is_furthest_behind_is_next_and_is_owed_the_most() -> None:
    rows = shares_of([standing(1, virtual_time=2 * UNIT), standing(2), standing(3, virtual_time=UNIT)])
    assert [row.standing.rep_id for row in rows] == [2, 3, 1]
    assert [round(row.owed, 2) for row in rows] == [1.0, 0.0, -1.0]
    assert sum(row.owed for row in rows) == pytest.approx(0)


def test_faults_are_found_by_field_whatever_item_they_were_in() -> None:
    faults = Faults(
        [
            FieldError("reps[a@b.c].limits.per_day", "x", "must be a number"),
            FieldError("pools[p]", "x", "is empty"),
        ],
        "reps[a@b.c]",
    )
    assert faults.at("limits.per_day") == faults.at("limits") == "Must be a number"
    assert faults.at("name") is None
    assert ("pools[p]", "Is empty") in faults.listed()


@pytest.mark.parametrize(
    "target", ["//x", "https://x", "/\\x", "x", "", None, "/a\nb", "javascript:1", "/\t/x"]
)
def test_nothing_but_our_own_paths_is_a_way_back(target: str | None) -> None:
    assert safe_next(target) is None


def test_what_was_typed_becomes_plain_data() -> None:
    form = MultiDict(
        {"a": "x, y\n z ", "skills": "healthcare: 3, retail", "b": "  ", "row-2-x": "1", "row-10-y": "2"}
    )
    assert typed.words(form, "a") == ["x", "y", "z"]
    assert typed.levels(form, "skills") == {"healthcare": "3", "retail": ""}
    assert typed.text(form, "b") is None
    assert typed.numbered(form, "row") == [2, 10]


def test_managers_see_and_only_admins_change() -> None:
    def who(role: Role) -> SignedIn:
        return SignedIn(1, 1, "user_1", "A", "a@b.c", role, None, None, AT)

    assert [(who(role).manages, who(role).administers) for role in Role] == [
        (True, True),
        (True, False),
        (False, False),
    ]
