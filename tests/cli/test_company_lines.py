"""What the command line says of the company's keys."""

from app.actor import SYSTEM
from app.cli.company_lines import check_company, company_lines
from app.db import db
from app.usecases.save_company_grant import save_google_key
from tests.demo.google.running import SERVICE
from tests.fixtures.outside import REMY, Outside


def test_without_a_key_who_is_missing_is_named(outside: Outside) -> None:
    assert company_lines(db.session()) == ["0 of 1 reps connected", f"missing: {REMY} (not_connected)"]
    assert list(check_company(db.session())) == []


def test_a_key_is_said_with_how_many_it_connected_and_doctor_uses_it(outside: Outside) -> None:
    save_google_key(outside.google.company_key(), SYSTEM)
    outside.work()
    first, second = company_lines(db.session())
    assert first == f"google: by the company's key {SERVICE}, 1 reps, active"
    assert second == "1 of 1 reps connected"
    assert list(check_company(db.session())) == [("company google", True, f"{SERVICE} is taken", "")]
    outside.google.ctl("delete-keys", email=SERVICE)
    [(_, is_well, found, remedy)] = check_company(db.session())
    assert not is_well and "no longer takes" in found and remedy
