"""Today."""

from flask import render_template

from app.admin.blueprint import admin
from app.web.policy import Policy, policy


@admin.get("/")
@policy(Policy.MANAGER)
def today() -> str:
    """What needs somebody, and what happens today."""
    return render_template("admin/today.html")
