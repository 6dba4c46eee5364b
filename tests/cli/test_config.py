"""`scheduler config`: what is exported can be applied, and applying it changes nothing."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]
COMPANY = Path(__file__).parents[2] / "app" / "demo" / "company.yaml"


@pytest.fixture
def applied(run: Run, environment: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SECRET_ROBIN_FEED", "https://feeds.acme.test/robin.ics")
    code, out, err = run("config", "apply", str(COMPANY))
    assert code == 0, err
    return out


def test_the_sample_company_applies_and_twice_is_the_same_as_once(run: Run, applied: str) -> None:
    assert "added reps[remy@acme.test]" in applied
    code, out, _ = run("config", "apply", str(COMPANY))
    assert code == 0
    assert "no change made." in out


def test_what_is_exported_plans_no_change(run: Run, applied: str, tmp_path: Path) -> None:
    code, out, _ = run("config", "export")
    assert code == 0
    assert "feeds.acme.test" not in out
    (tmp_path / "company.yaml").write_text(out)
    code, out, _ = run("config", "plan", str(tmp_path / "company.yaml"))
    assert code == 0
    assert "no change would be made." in out


def test_a_plan_names_what_would_change_and_changes_nothing(run: Run, applied: str, tmp_path: Path) -> None:
    changed = COMPANY.read_text().replace("minutes: 30", "minutes: 45")
    (tmp_path / "company.yaml").write_text(changed)
    code, out, _ = run("config", "plan", "--json", str(tmp_path / "company.yaml"))
    assert code == 2
    assert [change["key"] for change in json.loads(out)["changes"]] == ["demo"]
    code, out, _ = run("config", "export")
    assert "minutes: 45" not in out


def test_a_document_that_is_out_of_date_is_refused(run: Run, applied: str, tmp_path: Path) -> None:
    old = run("config", "export")[1]
    (tmp_path / "new.yaml").write_text(old.replace("name: Product demo", "name: A closer look"))
    assert run("config", "apply", str(tmp_path / "new.yaml"))[0] == 0
    (tmp_path / "old.yaml").write_text(old)
    code, _, err = run("config", "apply", str(tmp_path / "old.yaml"))
    assert code == 1
    assert "changed" in err


def test_a_document_with_faults_is_refused_with_their_places(
    run: Run, environment: str, tmp_path: Path
) -> None:
    (tmp_path / "bad.yaml").write_text("version: 1\ncompany: {name: Acme, timezone: Mars/Base}\n")
    code, _, err = run("config", "apply", str(tmp_path / "bad.yaml"))
    assert code == 1
    assert "company.timezone" in err


def test_the_schema_is_json_schema(run: Run) -> None:
    code, out, _ = run("config", "schema")
    assert code == 0
    assert json.loads(out)["$schema"].startswith("https://json-schema.org/")


def test_a_check_names_findings_and_gaps_and_fails_on_what_blocks(
    run: Run, applied: str, tmp_path: Path
) -> None:
    code, out, err = run("config", "check")
    assert code == 0, err
    assert "covered by" in out
    assert run("config", "check", "--strict")[0] == 1
    rules = tmp_path / "rules.yaml"
    rules.write_text(
        "rules: [{name: nobody, action: {queue: managers},"
        " when: {all: [{field: country, op: eq, value: DE}, {field: country, op: ne, value: DE}]}}]\n"
        "catch_all: [{queue: managers}]\n"
    )
    code, out, _ = run("config", "check", "inbound", "--document", str(rules), "--json")
    assert code == 1
    found = json.loads(out)["inbound"]["check"]["findings"]
    assert ("error", "unreachable") in {(each["severity"], each["code"]) for each in found}
    assert run("config", "check", "nowhere")[0] == 1
    assert run("config", "check", "--document", str(rules))[0] == 2
