"""Kinds of route that differ in what a browser may do with their answers (see `headers.py`)."""

from enum import StrEnum


class RouteClass(StrEnum):
    """One row of the header matrix each."""

    PAGE = "page"
    CONSOLE = "console"
    MANAGE = "manage"
    EMBED = "embed"
    API = "api"
    SCRIPT = "script"
    STATIC = "static"
    HOOK = "hook"
    PLAIN = "plain"
