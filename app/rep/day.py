"""My day."""

from flask import render_template

from app.rep.blueprint import rep
from app.web.policy import Policy, policy


@rep.get("/")
@policy(Policy.REP_SELF)
def day() -> str:
    """Upcoming meetings, each with why it came here."""
    return render_template("rep/day.html")
