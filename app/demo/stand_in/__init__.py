"""What the stand-ins for calendar services share.

A clock that tests move, a queue of scripted faults, a log of requests, a lock that makes each request one step,
the mails that a service sends to guests, a page that shows a calendar as a week, and a way to serve all this.
"""

from app.demo.stand_in.clock import Clock
from app.demo.stand_in.faults import Fault, FaultKind, FaultQueue
from app.demo.stand_in.frame import StandIn, install
from app.demo.stand_in.mail import Meeting, Outbox, Person
from app.demo.stand_in.notices import Notices
from app.demo.stand_in.pages import Account, render_accounts, render_consent, render_message
from app.demo.stand_in.serving import Server, serve
from app.demo.stand_in.week import WeekEvent, monday_of, render_week

__all__ = [
    "Account",
    "Clock",
    "Fault",
    "FaultKind",
    "FaultQueue",
    "Meeting",
    "Notices",
    "Outbox",
    "Person",
    "Server",
    "StandIn",
    "WeekEvent",
    "install",
    "monday_of",
    "render_accounts",
    "render_consent",
    "render_message",
    "render_week",
    "serve",
]
