"""Rules to read again with their owners, before they go stale."""

from zoneinfo import ZoneInfo

from flask import render_template

from app.admin.blueprint import admin
from app.clock import now
from app.db import db
from app.store.pages.frame import find_company_frame
from app.store.pages.reviews import list_reviews
from app.web.policy import Policy, policy


@admin.get("/reviews")
@policy(Policy.MANAGER)
def reviews() -> str:
    """Due and overdue first; then what comes."""
    session = db.session()
    today = now().astimezone(ZoneInfo(find_company_frame(session).timezone)).date()
    rows = list_reviews(session, today)
    is_due = {"overdue", "due", "ended"}
    return render_template(
        "admin/reviews.html",
        groups=[
            ("Due", [row for row in rows if row.state in is_due]),
            ("In the next 30 days", [row for row in rows if row.state == "soon"]),
            ("Later", [row for row in rows if row.state == "later"]),
        ],
        has_any=bool(rows),
    )
