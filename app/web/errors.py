"""Pages for refusals and failures: what happened, what to do next, and the id under which it was logged.

Which errors exist and what may be told about them is decided once, in `problems.py`; here they become pages.
"""

from flask import Flask, current_app, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from app.web.policy import rule_of
from app.web.problems import Problem, install_problems, problem_response
from app.web.route_class import RouteClass

_PAGES = {RouteClass.PAGE, RouteClass.CONSOLE, RouteClass.MANAGE, RouteClass.EMBED}

_WORDS = {
    400: ("That did not arrive as expected", "Go back, reload the page and try once more."),
    401: ("Please sign in", "Sign in again, then repeat what you were about to do."),
    403: ("This is not open to you", ""),
    404: (
        "There is nothing at this address",
        "It may have been renamed or archived, or the link is incomplete.",
    ),
    405: ("This address does not take that", "Go back and use the buttons on the page."),
    409: ("This was changed in the meantime", "Go back and reload the page to see what it says now."),
    413: ("That was too much at once", "Send less, for example a shorter text."),
    422: ("Some fields need another look", "Go back; what you typed is still there."),
    429: ("Too many attempts", "Wait a moment, then try again."),
    500: (
        "Something went wrong on our side",
        "It has been logged. If it stays, give your admin the code below.",
    ),
    503: ("Busy for a moment", "Please try again."),
}


def register_errors(app: Flask) -> None:
    """Show pages where pages are shown; problem documents everywhere else."""
    app.extensions["error_page"] = _render
    install_problems(app)
    app.register_error_handler(CSRFError, _stale_form)


def shows_pages() -> bool:
    """Whether the caller of this request expects a page rather than a problem document."""
    rule = rule_of(current_app, request.endpoint)
    if rule is not None:
        return rule.route_class in _PAGES
    return not request.path.startswith(("/api/", "/hooks/"))


def error_page(status: int, detail: str | None = None) -> Response:
    """A whole page for an error of this status; `detail` says what is special about this one."""
    title, remedy = _WORDS.get(status, _WORDS[500 if status >= 500 else 400])
    page = render_template("web/error.html", status=status, title=title, detail=detail, remedy=remedy)
    return current_app.make_response((page, status))


def _render(problem: Problem) -> Response:
    if not shows_pages():
        return problem_response(problem)
    is_ours = problem.code not in {"internal", "not-found", "method-not-allowed"}
    response = error_page(problem.status, problem.detail if is_ours else None)
    kept = {name: value for name, value in problem.headers.items() if name != "WWW-Authenticate"}
    response.headers.update(kept)
    return response


def _stale_form(_: CSRFError) -> Response:
    return error_page(
        400, "The form had been open since before your last sign-in, or came from another site."
    )
