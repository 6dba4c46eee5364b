"""Experiments: what is being tried in the rules, and what is known so far."""

from flask import render_template

from app.admin.blueprint import admin
from app.usecases.list_experiments import list_experiments
from app.web.policy import Policy, policy


@admin.get("/experiments")
@policy(Policy.MANAGER)
def experiments() -> str:
    """Every experiment with its variants, its ratio and its ranges."""
    return render_template("admin/experiments.html", experiments=list_experiments())
