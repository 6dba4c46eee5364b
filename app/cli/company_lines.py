"""How the company's keys do: what `calendars status` says of them, and what `doctor` finds by using them."""

from collections.abc import Iterator

from app.db import Session
from app.models import CompanyGrant, CompanyGrantState


def company_lines(session: Session) -> list[str]:
    """A line for each key: whose, how many reps of all it connected, and what is wrong with it."""
    from app.store.pages.company import load_company_page

    page = load_company_page(session)
    lines = [
        f"{name}: by the company's key {line.grant.account}, {line.reps} reps, {line.grant.state.value}"
        + (f" ({line.grant.error})" if line.grant.error else "")
        for name, line in page.grants.items()
    ]
    if page.rows:
        lines.append(f"{len(page.connected)} of {len(page.rows)} reps connected")
    return [*lines, *(f"missing: {row.rep.email} ({row.code})" for row in page.missing)]


def check_company(session: Session) -> Iterator[tuple[str, bool, str, str]]:
    """Use each key once, for somebody whom it should reach: what was looked at, whether it is well, what was found and
    what to do. Changes nothing."""
    from app.store.company_grants import list_grants

    for grant in list_grants(session):
        if grant.state is not CompanyGrantState.ENDING:
            found = _trouble(session, grant)
            remedy = "Look at it under Calendars, Connect everybody." if found else ""
            yield (
                f"company {grant.provider.value}",
                found is None,
                found or f"{grant.account} is taken",
                remedy,
            )


def _trouble(session: Session, grant: CompanyGrant) -> str | None:
    from app import clock
    from app.store.company_grants import find_witness
    from app.usecases.company_services import COMPANY
    from app.usecases.company_tokens import open_grant
    from calendars.providers.base import CalendarError

    person = find_witness(session, grant)
    try:
        COMPANY[grant.provider].fetch_token(open_grant(grant), person, clock.now())
    except CalendarError as error:
        return str(error)
    return None
