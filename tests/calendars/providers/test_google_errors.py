"""Google's refusals, told apart by their reason."""

import pytest

from calendars.providers.base import CalendarError
from calendars.span import Span
from tests.calendars.providers.case_google import Case
from tests.demo.google.running import REMY

WINDOW = Span(29_600_000, 29_601_000)


@pytest.fixture
def case(request: pytest.FixtureRequest) -> Case:
    return Case(request)


def refusal(case: Case, **fault: object) -> CalendarError:
    """What reading raises when it is refused like this, however often it is tried."""
    case.google.ctl("fail", kind="status", path="/calendar/v3/*", times=9, **fault)
    with pytest.raises(CalendarError) as raised:
        case.provider.read_changes(REMY, None, WINDOW)
    return raised.value


@pytest.mark.parametrize(
    ("status", "reason", "code", "permanent", "needs_reconnect"),
    [
        (400, "invalid", "invalid", True, False),
        (401, "authError", "unauthorized", True, True),
        (403, "rateLimitExceeded", "rate-limited", False, False),
        (403, "userRateLimitExceeded", "rate-limited", False, False),
        (429, "rateLimitExceeded", "rate-limited", False, False),
        (403, "quotaExceeded", "quota-exhausted", False, False),
        (403, "insufficientPermissions", "forbidden", True, True),
        (403, "forbiddenForNonOrganizer", "forbidden", True, False),
        (403, "requiredAccessLevel", "forbidden", True, False),
        (403, "accessNotConfigured", "misconfigured", True, False),
        (404, "notFound", "not-found", True, False),
        (409, "duplicate", "conflict", True, False),
        (410, "deleted", "not-found", True, False),
        (412, "conditionNotMet", "conflict", False, False),
        (500, "backendError", "unavailable", False, False),
        (503, "backendError", "unavailable", False, False),
        (418, "somethingNew", "invalid", True, False),
    ],
)
def test_the_reason_decides_what_to_do(
    case: Case, status: int, reason: str, code: str, permanent: bool, needs_reconnect: bool
) -> None:
    error = refusal(case, status=status, reason=reason)
    assert (error.code, error.permanent, error.needs_reconnect) == (code, permanent, needs_reconnect)


def test_a_used_up_quota_is_left_alone_for_hours(case: Case) -> None:
    assert (refusal(case, status=403, reason="quotaExceeded", retry_after=5).retry_after or 0) > 3600


def test_no_advice_when_to_return_is_told_as_none(case: Case) -> None:
    assert refusal(case, status=429, reason="rateLimitExceeded").retry_after is None


def test_one_refresh_is_tried_after_a_401_and_not_a_second(case: Case) -> None:
    assert refusal(case, status=401, reason="authError").needs_reconnect
    assert case.tokens.refreshed == 1
    assert len(case.google.log("GET", "/events")) == 2


@pytest.mark.parametrize("kind", ["truncate", "other-json"])
def test_an_answer_cut_short_or_of_another_kind_is_no_empty_calendar(case: Case, kind: str) -> None:
    case.google.ctl("fail", kind=kind, path="/calendar/v3/*")
    with pytest.raises(CalendarError) as raised:
        case.provider.read_changes(REMY, None, WINDOW)
    assert (raised.value.code, raised.value.permanent) == ("unavailable", False)


def test_no_token_is_ever_part_of_what_an_error_says(case: Case) -> None:
    for kind in ("reset-before", "truncate", "status"):
        case.google.ctl("fail", kind=kind, path="/calendar/v3/*", status=500)
        with pytest.raises(CalendarError) as raised:
            case.provider.read_changes(REMY, None, WINDOW)
        said = f"{raised.value!r} {raised.value.__cause__!r} {raised.value.__dict__}"
        assert case.tokens.grant.access_token not in said
