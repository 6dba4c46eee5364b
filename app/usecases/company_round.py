"""Go over all reps: connect those whom the company's key does not reach yet, close those who left."""

from contextlib import suppress

from app import clock
from app.db import Session, transaction
from app.models import CompanyGrant, CompanyGrantState, Provider
from app.queue import BACKGROUND, URGENT
from app.store.calendars import find_connection
from app.store.company_grants import drop_reach, find_grant_of, list_by_grant, list_left, list_to_try
from app.usecases.close_connection import close_connection
from app.usecases.company_services import COMPANY
from app.usecases.company_trouble import defer_company_rep
from app.usecases.push_channels import close_channels_of
from calendars.providers.base import CalendarError


def connect_company_reps() -> int:
    """A round at every service; returns how many reps are to be tried."""
    return sum(company_round(provider) for provider in COMPANY)


def company_round(provider: Provider, *, at_once: bool = False) -> int:
    """Defer a trial for each rep who is due, or `at_once` for everybody who is not reached.

    While the key is dead one rep is tried in place of all, so that a key that works again is noticed.
    """
    _close_left(provider)
    with transaction() as session:
        grant = find_grant_of(session, provider)
        if grant is None or grant.state is CompanyGrantState.ENDING:
            return 0
        reps = list_to_try(session, grant, clock.now(), at_once=at_once)
        if grant.state is CompanyGrantState.BROKEN:
            reps = _witness(session, grant, reps)
        priority = URGENT if at_once else BACKGROUND
        return sum(defer_company_rep(session, provider, rep, priority) for rep in reps)


def _witness(session: Session, grant: CompanyGrant, untried: list[int]) -> list[int]:
    """Somebody whom the key reached before says most about it."""
    return [each.rep_id for each in list_by_grant(session, grant)[:1]] or untried[:1]


def _close_left(provider: Provider) -> None:
    with transaction() as session:
        grant = find_grant_of(session, provider)
        left = [each.id for each in list_left(session, grant)] if grant is not None else []
    for key in left:
        with suppress(CalendarError):  # a channel that cannot be closed ends by itself
            close_channels_of(key)
        with transaction() as session:
            row = find_connection(session, key, lock=True)
            if row is not None and row.company_grant_id is not None:
                drop_reach(session, row.company_grant_id, row.rep_id)
                close_connection(session, row, "company")
