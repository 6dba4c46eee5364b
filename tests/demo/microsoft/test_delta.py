"""Delta queries at the stand-in have the gaps that the real ones have."""

from typing import Any

import pytest
import requests

from tests.demo.microsoft.running import PREFER, Microsoft, at, weekly

WINDOW = {"startDateTime": "2026-11-16T00:00:00Z", "endDateTime": "2026-11-30T00:00:00Z"}


class Round:
    """Walks delta rounds as Rosa."""

    def __init__(self, microsoft: Microsoft) -> None:
        self._microsoft = microsoft
        self._headers = {"Authorization": f"Bearer {microsoft.access_token()}", "Prefer": PREFER}
        self.link = f"{microsoft.graph}/me/calendars/{microsoft.calendar}/calendarView/delta"

    def get(self, **params: str) -> requests.Response:
        return self._microsoft.session.get(self.link, params=params, headers=self._headers)

    def walk(self, **params: str) -> list[dict[str, Any]]:
        page = self.get(**params).json()
        items = list(page["value"])
        while "@odata.nextLink" in page:
            self.link = page["@odata.nextLink"]
            page = self.get().json()
            items += page["value"]
        self.link = page["@odata.deltaLink"]
        return items


@pytest.fixture
def rounds(microsoft: Microsoft) -> Round:
    return Round(microsoft)


def series(microsoft: Microsoft) -> str:
    body = at("2026-11-03T09:00:00", "2026-11-03T10:00:00", recurrence=weekly("2026-11-03", "tuesday"))
    return microsoft.create(body)


def test_an_occurrence_comes_bare_beside_its_master_with_the_first_ones_dates(
    microsoft: Microsoft, rounds: Round
) -> None:
    series(microsoft)
    master, *occurrences = rounds.walk(**WINDOW)
    assert (master["type"], master["start"]["dateTime"][:10]) == ("seriesMaster", "2026-11-03")
    assert [item["start"]["dateTime"][:10] for item in occurrences] == ["2026-11-17", "2026-11-24"]
    assert {name for item in occurrences for name in item if not name.startswith("@")} == {
        "id", "type", "seriesMasterId", "start", "end",
    }  # fmt: skip


def test_a_deleted_occurrence_is_not_mentioned(microsoft: Microsoft, rounds: Round) -> None:
    master = series(microsoft)
    rounds.walk(**WINDOW)
    microsoft.delete(f"{master}.20261124")
    assert [item["id"] for item in rounds.walk()] == [master, f"{master}.20261117"]


def test_what_changes_or_appears_outside_the_window_is_reported_as_removed(
    microsoft: Microsoft, rounds: Round
) -> None:
    inside = microsoft.create(at("2026-11-25T09:00:00", "2026-11-25T10:00:00"))
    rounds.walk(**WINDOW)
    assert rounds.walk() == []
    outside = microsoft.create(at("2027-11-25T09:00:00", "2027-11-25T10:00:00"))
    microsoft.delete(inside)
    removed = {"reason": "deleted"}
    assert rounds.walk() == [{"id": outside, "@removed": removed}, {"id": inside, "@removed": removed}]


def test_one_id_may_come_twice_the_older_version_first(microsoft: Microsoft, rounds: Round) -> None:
    rounds.walk(**WINDOW)
    microsoft.ctl("switch", repeat_changes=True)
    made = microsoft.create(at("2026-11-25T09:00:00", "2026-11-25T10:00:00"))
    assert [(item["id"], item["showAs"]) for item in rounds.walk()] == [(made, "free"), (made, "busy")]


def test_a_round_has_pages_and_may_begin_with_an_empty_one(microsoft: Microsoft, rounds: Round) -> None:
    microsoft.ctl("switch", pages=[0])
    for hour in range(12):
        microsoft.create(at(f"2026-11-25T{hour:02}:00:00", f"2026-11-25T{hour:02}:30:00"))
    first = rounds.get(**WINDOW).json()
    assert first["value"] == []
    assert "@odata.nextLink" in first
    assert len(rounds.walk(**WINDOW)) == 12


def test_an_expired_link_is_gone(microsoft: Microsoft, rounds: Round) -> None:
    rounds.walk(**WINDOW)
    microsoft.ctl("expire-sync-tokens")
    answer = rounds.get()
    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "SyncStateNotFound")
    assert "Location" in answer.headers


@pytest.mark.parametrize("option", ["$select", "$expand", "$filter", "$orderby", "$top"])
def test_query_options_are_refused(rounds: Round, option: str) -> None:
    assert rounds.get(**WINDOW, **{option: "id"}).status_code == 400
