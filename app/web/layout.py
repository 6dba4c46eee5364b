"""The frame around every console page: navigation in the user's words, icons, and how times are written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request, url_for
from markupsafe import Markup

from app.db import db
from app.store.lives import is_paused
from app.store.pages.frame import find_company_frame
from app.store.people import SignedIn
from app.web import words
from app.web.icons import icon
from app.web.operators import operator_words
from app.web.sessions import find_signed_in
from app.web.troubles import TROUBLES


@dataclass(frozen=True, slots=True)
class Link:
    """One place to go. `endpoint` is its first page; pages whose endpoint starts with `section` belong to it."""

    label: str
    endpoint: str
    icon: str
    section: str

    @property
    def url(self) -> str:
        """Its address."""
        return url_for(self.endpoint)

    @property
    def is_current(self) -> bool:
        """Whether the page being shown belongs here."""
        shown = request.endpoint or ""
        return shown == self.endpoint or shown.startswith(self.section)


@dataclass(frozen=True, slots=True)
class Group:
    """Links under one heading, or under none."""

    label: str
    links: tuple[Link, ...]


_WORK = Group(
    "",
    (
        Link("Today", "admin.today", "today", "admin.today"),
        Link("Leads", "admin.leads", "lead", "admin.lead"),
        Link("Meetings", "admin.meetings", "meeting", "admin.meeting"),
    ),
)
_SETUP = (
    Group(
        "Routing",
        (
            Link("Routers", "admin.routers", "router", "admin.router"),
            Link("Pools", "admin.pools", "pool", "admin.pool"),
            Link("Territories", "admin.territories", "territory", "admin.territor"),
            Link("Queues", "admin.queues", "queue", "admin.queue"),
            Link("Lead facts", "admin.facts", "facts", "admin.facts"),
            Link("Experiments", "admin.experiments", "split", "admin.experiment"),
        ),
    ),
    Group(
        "People",
        (
            Link("Reps", "admin.reps", "rep", "admin.rep"),
            Link("Schedules", "admin.schedules", "schedule", "admin.schedule"),
        ),
    ),
    Group(
        "Setup",
        (
            Link("Forms", "admin.forms", "form", "admin.form"),
            Link("Meeting types", "admin.kinds", "kind", "admin.kind"),
            Link("Calendars", "admin.calendars", "calendar", "admin.calendar"),
            Link("Alerts", "admin.alerts", "alert", "admin.alert"),
        ),
    ),
    Group("Insights", (Link("Report", "admin.insights_report", "report", "admin.insights"),)),
    Group("", (Link("Settings", "admin.settings", "settings", "admin.settings"),)),
)
_OWN = (
    Link("My day", "rep.day", "today", "rep.day"),
    Link("Queue", "rep.queue", "queue", "rep.queue"),
    Link("My calendars", "rep.calendars", "calendar", "rep.calendar"),
    Link("Working hours", "rep.hours", "schedule", "rep.hours"),
    Link("Time off", "rep.time_off", "away", "rep.time_off"),
    Link("How you get leads", "rep.how", "router", "rep.how"),
    Link("Assignment history", "rep.history", "history", "rep.history"),
)


_FRONT_DOOR = "account.front_door"


def navigation(who: SignedIn | None) -> list[Group]:
    """Where this person can go."""
    groups: list[Group] = []
    if who and who.manages:
        groups += [_WORK, *_SETUP]
    if who and who.rep_id is not None:
        groups.append(Group("My work" if who.manages else "", _OWN))
    # a deployment may serve only some of the edges
    return [Group(g.label, links) for g in groups if (links := _served(g.links))]


def _served(links: tuple[Link, ...]) -> tuple[Link, ...]:
    return tuple(link for link in links if link.endpoint in current_app.view_functions)


def bottom_bar(who: SignedIn | None) -> tuple[Link, ...]:
    """The three places that a phone shows at once."""
    if who is None:
        return ()
    return _served(_WORK.links if who.manages else _OWN[:3])


def register_layout(app: Flask) -> None:
    """Give templates their words and icons."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        icon=icon,
        navigation=lambda: navigation(find_signed_in()),
        bottom_bar=lambda: bottom_bar(find_signed_in()),
        company_frame=lambda: find_company_frame(db.session()),
        is_paused=lambda: is_paused(db.session()),
        with_query=with_query,
        front_door=lambda: url_for(_FRONT_DOOR) if _FRONT_DOOR in current_app.view_functions else None,
        TROUBLES=TROUBLES,
        operator=operator_words,
        override_lines=_override_lines,
    )
    app.jinja_env.filters.update(
        ago=words.ago,
        moment=words.moment,
        day=words.day_words,
        clock=words.clock_words,
        zone=words.zone_words,
        minutes=words.minutes_words,
        count=words.count_words,
        dates=words.date_range_words,
        initials=_initials,
        label=_label,
    )
    app.jinja_env.globals["span_words"] = words.span_words
    app.jinja_env.tests["past"] = words.is_past


def with_query(**changes: object) -> str:
    """This page's address with some of its query replaced; None takes a parameter out."""
    query = {**request.args.to_dict(), **changes}
    values = {**(request.view_args or {}), **{k: str(v) for k, v in query.items() if v is not None}}
    return url_for(request.endpoint or "account.front_door", **values)


def _initials(name: str) -> str:
    words_of_name = [word for word in name.split() if word]
    return "".join(word[0] for word in (words_of_name[:1] + words_of_name[1:][-1:])).upper() or "?"


def _label(code: str) -> Markup:
    """A code in words: `round_robin` as `Round robin`."""
    text = code.replace("_", " ").replace("-", " ").replace(".", " ")
    return Markup.escape(text[:1].upper() + text[1:])


def _override_lines(overrides: Iterable[Mapping[str, Any]] | None) -> str:
    return "\n".join(f"{each['date']} {', '.join(each['hours'])}".strip() for each in overrides or ())
