"""Every mailbox's address twice: `/me/…` for its owner, `/users/<who>/…` for an application."""

from typing import Any

from flask import Blueprint

WHO = "who"


class Mailboxes(Blueprint):
    """A blueprint whose rules below `/me` also serve `/users/<who>`; views never see who was named."""

    def add_url_rule(self, rule: str, *args: Any, **options: Any) -> None:
        """Register a rule, and its twin."""
        super().add_url_rule(rule, *args, **options)
        if rule == "/me" or rule.startswith("/me/"):
            super().add_url_rule(f"/users/<{WHO}>{rule.removeprefix('/me')}", *args, **options)
