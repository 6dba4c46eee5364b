"""Leads: the list, and one lead with what happened and why this rep."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import render_template, request

from app.admin.blueprint import admin
from app.db import db
from app.errors import NotFound
from app.models import RequestState
from app.store.nurture import count_nurtured
from app.store.pages.lead_page import LeadPage, Submission, find_lead_page
from app.store.pages.leads import PAGE, count_by_state, list_leads
from app.usecases.flip_decision import flips_of
from app.web import activities
from app.web.known import known_of
from app.web.policy import Policy, policy
from app.web.why import Why, why
from routing.judging import Judgment

_STATES = (
    (None, "All"),
    (RequestState.BOOKED.value, "Booked"),
    (RequestState.OFFERED.value, "Choosing a time"),
    (RequestState.QUEUED.value, "In a queue"),
    (RequestState.NURTURED.value, "On a list"),
    (RequestState.REFUSED.value, "Not for us"),
    (RequestState.CAPTURED.value, "Not routed yet"),
)


@admin.get("/leads")
@policy(Policy.MANAGER)
def leads() -> str:
    """Everybody who asked for a meeting, the newest first."""
    state, words = request.args.get("state"), request.args.get("q", "").strip()
    on_list = request.args.get("list") or None
    before = request.args.get("before", type=int)
    session = db.session()
    rows = list_leads(
        session,
        state=state if state in set(RequestState) else None,
        words=words,
        before=before,
        nurture_list=on_list,
    )
    return render_template(
        "admin/leads.html",
        rows=rows[:PAGE],
        next_before=rows[PAGE - 1].cursor if len(rows) > PAGE else None,
        before=before,
        states=_STATES,
        chosen=state,
        words=words,
        counts=count_by_state(session),
        lists=_lists(count_nurtured(session)),
        on_list=on_list,
    )


def _lists(counts: Mapping[str, int]) -> list[tuple[str | None, str]]:
    """The lists to choose from, when there are any."""
    named = [(name, f"{name} ({count})") for name, count in counts.items()]
    return [(None, "Any list"), *named] if named else []


@admin.get("/leads/<public_id>")
@policy(Policy.MANAGER)
def lead(public_id: str) -> str:
    """One lead: who they are, what they asked, why they went where they went, what happened since."""
    page = find_lead_page(db.session(), public_id)
    if page is None:
        raise NotFound("There is no such lead.")
    return render_template(
        "admin/lead.html",
        page=page,
        whys=[
            (submission, _why(page, submission, is_newest=index == 0))
            for index, submission in enumerate(page.submissions)
        ],
        judgments={each.request.id: _judged(each) for each in page.submissions if each.judgment},
        activities=activities,
    )


@dataclass(frozen=True, slots=True)
class _Judged:
    """What was made of a request's lead, and what late facts made of it (None: the same)."""

    made: Judgment
    rescored: Judgment | None


def _judged(submission: Submission) -> _Judged:
    assert submission.judgment is not None
    late = submission.rescored
    return _Judged(
        Judgment.from_json(submission.judgment.outcome), Judgment.from_json(late.outcome) if late else None
    )


def _why(page: LeadPage, submission: Submission, *, is_newest: bool) -> Why | None:
    """Only of the newest request it is looked up what would have changed it: that means deciding again."""
    if submission.route is None:
        return None
    assignment = submission.assignment
    flips = flips_of(db.session(), submission.route, assignment) if is_newest else ()
    return why(
        submission.route.trace,
        assignment.trace if assignment else None,
        page.reps,
        live_check=assignment.live_check if assignment else None,
        known=known_of(db.session(), assignment, flips=flips),
    )
