"""Queues I take leads from: take the next one, book or settle it, or give it back."""

from collections.abc import Callable
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.clock import now
from app.db import db
from app.errors import ApplicationError, NotFound, SlotTaken
from app.rep.blueprint import rep
from app.store.claims import list_memberships
from app.store.configuration.queues import settings_of
from app.store.pages.frame import find_company_frame
from app.store.pages.queues import EntryRow, count_entries, find_entry_row, list_entries
from app.store.pages.setup import find_rep
from app.usecases.book_for import book_for, times_for
from app.usecases.claim_lead import claim_entry, claim_next, finish_entry, release_entry
from app.usecases.mail_booking_link import send_booking_link
from app.web.people import current_person
from app.web.policy import Policy, policy
from app.web.queue_words import QUEUE_WORDS
from app.web.sessions import get_signed_in

_TIMES = 24


@rep.get("/queue")
@policy(Policy.SIGNED_IN)
def queue() -> str:
    """What I have, and what waits."""
    session, person, at = db.session(), current_person(), now()
    queues = list_memberships(session, person.email)
    open_ones = [each.name for each in queues if settings_of(each)["pull"] == "any"]
    return render_template(
        "rep/queue.html",
        queues=queues,
        settings={each.name: settings_of(each) for each in queues},
        counts=count_entries(session, at),
        mine=list_entries(session, at, holder=person.user_id),
        choices=[row for row in list_entries(session, at, queues=open_ones) if row.can_be_taken]
        if open_ones
        else [],
        words=QUEUE_WORDS,
        zone=_zone(),
    )


@rep.post("/queue/next")
@policy(Policy.SIGNED_IN)
def queue_next() -> Response:
    """Take whoever is next."""
    try:
        entry = claim_next(request.form.get("queue", ""), current_person())
    except ApplicationError as refusal:
        flash(refusal.detail, "bad")
        return redirect(url_for("rep.queue"), 303)
    if entry is None:
        flash("Nobody waits there just now.", "good")
        return redirect(url_for("rep.queue"), 303)
    flash("This one is yours.", "good")
    return redirect(url_for("rep.queue_entry", entry=entry), 303)


@rep.post("/queue/<entry>/claim")
@policy(Policy.SIGNED_IN)
def queue_claim(entry: str) -> Response:
    """Take this one, where people may choose."""
    return _do(lambda: claim_entry(entry, current_person()), "This one is yours.", entry)


@rep.get("/queue/<entry>")
@policy(Policy.SIGNED_IN)
def queue_entry(entry: str) -> str:
    """A lead I have, and what I can do for them."""
    row = _mine(entry)
    slots = None if row.booking else times_for(entry, current_person(), _zone())
    days = slots["days"] if slots else []
    times = [slot["start"] for day in days for slot in day["slots"]][:_TIMES]
    return render_template(
        "rep/queue_entry.html",
        row=row,
        times=[datetime.fromisoformat(start) for start in times],
        is_rep=get_signed_in().rep_id is not None,
        words=QUEUE_WORDS,
        zone=_zone(),
    )


@rep.post("/queue/<entry>/book")
@policy(Policy.SIGNED_IN)
def queue_book(entry: str) -> Response:
    """Book a time for them."""
    try:
        start = datetime.fromisoformat(request.form.get("start", ""))
        booked = book_for(entry, start, current_person())
    except (ValueError, SlotTaken):
        flash("That time is gone. Choose another one.", "bad")
        return redirect(url_for("rep.queue_entry", entry=entry), 303)
    except ApplicationError as refusal:
        flash(refusal.detail, "bad")
        return redirect(url_for("rep.queue"), 303)
    flash("Booked. They get the invitation by mail.", "good")
    return redirect(
        url_for("rep.day", meeting=booked) if get_signed_in().rep_id else url_for("rep.queue"), 303
    )


@rep.post("/queue/<entry>/link")
@policy(Policy.SIGNED_IN)
def queue_link(entry: str) -> Response:
    """Mail them the link to choose a time."""
    return _do(
        lambda: send_booking_link(entry, current_person()), "Sent: they choose from your times.", entry
    )


@rep.post("/queue/<entry>/release")
@policy(Policy.SIGNED_IN)
def queue_release(entry: str) -> Response:
    """Give it back."""
    return _do(lambda: release_entry(entry, current_person()), "Given back to the queue.")


@rep.post("/queue/<entry>/done")
@policy(Policy.SIGNED_IN)
def queue_done(entry: str) -> Response:
    """It needs nobody any more."""
    return _do(lambda: finish_entry(entry, current_person()), "Settled.")


def _do(act: Callable[[], None], said: str, entry: str | None = None) -> Response:
    try:
        act()
        flash(said, "good")
    except ApplicationError as refusal:
        flash(refusal.detail, "bad")
        return redirect(url_for("rep.queue"), 303)
    return redirect(url_for("rep.queue_entry", entry=entry) if entry else url_for("rep.queue"), 303)


def _mine(entry: str) -> EntryRow:
    row = find_entry_row(db.session(), entry, now())
    who = get_signed_in()
    if row is None or row.holder_user != who.user or row.entry.state != "claimed":
        raise NotFound("This lead is not with you; perhaps it is settled, or somebody else has it.")
    return row


def _zone() -> str:
    who = get_signed_in()
    if who.rep_id is not None:
        return find_rep(db.session(), who.rep_id).timezone
    return find_company_frame(db.session()).timezone
