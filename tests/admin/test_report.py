"""The report counts what happened, and nothing else."""

from collections.abc import Callable

from flask import Flask

from tests.fixtures.consoles import Browser, book, submit

Open = Callable[[str | None], Browser]


def test_a_report_without_requests_says_what_will_stand_there(as_user: Open) -> None:
    assert "No requests in this time" in as_user("mia").get("/admin/report").text


def test_requests_are_counted_by_how_far_they_came(app: Flask, as_user: Open) -> None:
    with app.app_context():
        book(submit("one@clinic.example", country="DE"))
        submit("two@clinic.example", country="FR")
        submit("three@shop.example", country="FR")
    lines = as_user("mia").get("/admin/report.csv?by=country&days=7").text.splitlines()
    assert lines[0].startswith("group,requests,routed,offered,booked,met")
    assert lines[1].startswith("FR,2,2,2,0,0,,")
    assert lines[2].startswith("DE,1,1,1,1,0,0.0,")
    page = as_user("ada").get("/admin/report?by=rule&days=90").text
    assert "The way of all requests" in page
    assert "every lead found its way alone" in page


def test_a_request_for_another_grouping_or_period_falls_back(as_user: Open) -> None:
    assert as_user("mia").get("/admin/report?by=password&days=9999").status_code == 200


def test_reps_do_not_read_it(as_user: Open) -> None:
    remy = as_user("remy")
    assert [remy.get(path).status_code for path in ("/admin/report", "/admin/report.csv")] == [403, 403]
