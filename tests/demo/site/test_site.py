"""Acme's website uses the scheduler as a stranger's website would."""

import pytest
from flask.testing import FlaskClient

from app.demo.site import create_site

SCHEDULER = "http://127.0.0.1:8000"


@pytest.fixture
def site() -> FlaskClient:
    return create_site(SCHEDULER).test_client()


def test_the_landing_page_has_the_widget_in_place_and_as_a_pop_up(site: FlaskClient) -> None:
    page = site.get("/").get_data(as_text=True)
    assert f'<script src="{SCHEDULER}/widget.js" data-form="demo"></script>' in page
    assert 'data-smart-scheduler-open="demo"' in page
    assert f"{SCHEDULER}/f/demo" in page


def test_acme_has_a_form_of_its_own_that_works_without_scripts_too(site: FlaskClient) -> None:
    page = site.get("/contact").get_data(as_text=True)
    assert f'action="{SCHEDULER}/f/demo"' in page
    assert 'name="email"' in page
    with site.get("/static/acme.js") as script:
        assert "SmartScheduler.submit" in script.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/", "/contact", "/privacy"])
def test_every_page_is_under_a_strict_policy_that_names_only_the_scheduler(
    site: FlaskClient, path: str
) -> None:
    answer = site.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert answer.status_code == 200
    assert "unsafe" not in policy
    assert f"script-src 'self' {SCHEDULER};" in policy
    assert f"connect-src {SCHEDULER};" in policy
    assert "style=" not in answer.get_data(as_text=True)
