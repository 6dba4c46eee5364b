"""Whom a company met last: a fact for routers that let companies come back to their rep."""

from app.db import Session
from app.store.bookings import find_last_meeting
from app.store.company import CompanyView
from calendars.zones import local_day, to_minutes
from routing.facts import Facts
from routing.sticky import LAST_REP, LAST_REP_ON


def with_last_rep(session: Session, facts: Facts, company: CompanyView) -> Facts:
    """The facts with the rep whom somebody of the same company met last, and the date in the company's zone.

    Asked only where a router in force lets companies come back, and never for a mail service's domain.
    """
    domain = facts.get("company_domain")
    is_own = isinstance(domain, str) and domain != "" and facts.get("is_free_mail") is not True
    if not is_own or all(each.router.sticky is None for each in company.routers.values()):
        return facts
    found = find_last_meeting(session, str(domain))
    if found is None:
        return facts
    rep, starts_at = found
    on = local_day(company.timezone, to_minutes(starts_at)).isoformat()
    return facts.having(**{LAST_REP: rep, LAST_REP_ON: on})
