"""The weeks of Rosa in Madrid and Renee in Los Angeles: busy people with room for demos."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.demo.microsoft.planner import Planner
from app.demo.microsoft.registered import App
from app.demo.microsoft.world import Account, Seed

_MIA = {"name": "Mia", "address": "mia@acme.test"}


def acme_mailboxes(now: datetime, apps: Sequence[App]) -> Seed:
    """Both mailboxes, filled from the present week on; `apps` may ask for access to them."""
    return Seed((_rosa(now), _renee(now)), tuple(apps))


def _rosa(now: datetime) -> Account:
    account = Account(
        oid="6f1d2c54-9a0b-4d5e-8f51-3a7c11b0e201",
        email="rosa@acme.test",
        name="Rosa",
        zone="Europe/Madrid",
        zone_name="Romance Standard Time",
    )
    plan = Planner(account, _monday(now, account.zone))
    plan.calendar("Calendar", is_default=True)
    home = plan.calendar("Personal", color="#498205", providers=())
    plan.weekly("Stand-up", (0, 1, 2, 3, 4), "09:30-09:45", organizer=_MIA, response="accepted")
    review = plan.weekly("Pipeline review", (0,), "11:00-12:00", organizer=_MIA, response="accepted")
    plan.move(review, 7, 8, "12:00-13:00")
    plan.skip(review, 14)
    plan.weekly("1:1 with Mia", (3,), "16:00-16:30", every=2, organizer=_MIA, response="accepted")
    plan.weekly("Lunch", (1, 3), "14:00-15:00")
    plan.weekly("Working from home", (4,), "09:00-17:00", show_as="workingElsewhere")
    plan.weekly("Company all-hands", (2,), "18:00-19:00", organizer=_MIA, response="declined")
    plan.once("Iberia Foods: second call", 2, "12:00-13:00")
    plan.once("Visit to Banco Azul", 9, "10:00-13:00")
    plan.once("Hold: partner workshop", 8, "15:00-17:00", show_as="tentative", response="tentativelyAccepted")
    plan.once("Dentist", 4, "10:00-11:30", show_as="oof", calendar=home)
    plan.once("Budget round", 10, "11:00-12:00", organizer=_MIA, response="accepted", is_cancelled=True)
    plan.once("Focus: proposal for Nordwind", 7, "15:30-17:00")
    plan.whole_days("Remy's birthday", 9, show_as="free")
    plan.whole_days("Out of office: day off", 11, show_as="oof")
    return account


def _renee(now: datetime) -> Account:
    account = Account(
        oid="c7e0a4f8-2b63-4f0a-9be4-5d2f6c90a702",
        email="renee@acme.test",
        name="Renee",
        zone="America/Los_Angeles",
        zone_name="Pacific Standard Time",
    )
    plan = Planner(account, _monday(now, account.zone))
    plan.calendar("Calendar", is_default=True)
    team = plan.calendar("West coast team", color="#8764b8", can_edit=False)
    plan.weekly("Team sync", (0, 2), "09:00-09:30", organizer=_MIA, response="accepted")
    plan.weekly("Forecast", (4,), "13:00-14:00", organizer=_MIA, response="accepted")
    plan.weekly("Gym", (1, 3), "12:00-13:00")
    plan.weekly("Berlin hand-over", (1,), "08:00-08:30", organizer=_MIA, response="accepted")
    plan.weekly("Working from Oakland", (0,), "09:00-17:00", show_as="workingElsewhere")
    plan.once("Golden Gate Logistics: pricing", 1, "10:00-11:00")
    plan.once("Harbor Health: kick-off", 8, "14:00-15:30")
    plan.once("Interview: account executive", 9, "15:00-16:00")
    plan.once(
        "Hold: offsite planning", 3, "15:00-16:00", show_as="tentative", response="none", organizer=_MIA
    )
    plan.once("Vendor pitch", 2, "14:00-15:00", organizer=_MIA, response="declined")
    plan.once("Flight to Seattle", 10, "07:00-10:00", show_as="oof")
    plan.whole_days("Seattle", 10, show_as="free")
    plan.whole_days("Out of office: school holiday", 14, show_as="oof")
    plan.whole_days("Quarter close", 8, 3, show_as="free", calendar=team)
    return account


def _monday(now: datetime, zone: str) -> date:
    today = now.astimezone(ZoneInfo(zone)).date()
    return today - timedelta(days=today.weekday())
