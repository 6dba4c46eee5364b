"""The report: requests on their way to a meeting, by where they came from and what the rules made of them."""

from flask import Response, render_template, request

from app.admin.blueprint import admin
from app.store.funnel import GroupBy
from app.usecases.report_on_requests import Report, report_on_requests
from app.web.policy import Policy, policy

PERIODS = (("7", "7 days"), ("30", "30 days"), ("90", "90 days"), ("365", "A year"))


@admin.get("/report")
@policy(Policy.MANAGER)
def insights_report() -> str:
    """How far requests came, how fast, and how much people did by hand."""
    return render_template(
        "admin/report.html",
        report=_report(),
        periods=PERIODS,
        days=_days(),
        groups=[(each.value, each.value.replace("_", " ").capitalize()) for each in GroupBy],
    )


@admin.get("/report.csv")
@policy(Policy.MANAGER)
def insights_report_csv() -> Response:
    """The same for a spreadsheet."""
    response = Response(_report().to_csv(), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="report.csv"'
    return response


def _report() -> Report:
    asked = request.args.get("by", "")
    return report_on_requests(
        GroupBy(asked) if asked in tuple(GroupBy) else GroupBy.SOURCE, int(_days() or 30)
    )


def _days() -> str:
    asked = request.args.get("days", "")
    return asked if asked in dict(PERIODS) else "30"
