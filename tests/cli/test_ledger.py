"""`scheduler ledger verify` and `weigh`."""

from collections.abc import Callable
from pathlib import Path

import psycopg

Run = Callable[..., tuple[int, str, str]]
COMPANY = Path(__file__).parents[2] / "app" / "demo" / "company.yaml"


def test_a_position_that_the_history_does_not_explain_is_found(run: Run, environment: str) -> None:
    assert run("config", "apply", str(COMPANY))[0] == 0
    code, out, _ = run("ledger", "verify")
    assert code == 0
    assert "europe: 3 entries, as replayed" in out
    with psycopg.connect(environment) as connection:
        connection.execute(
            "UPDATE ledger_positions SET virtual_time = virtual_time + 1"
            " WHERE (pool_id, rep_id) = (SELECT pool_id, rep_id FROM ledger_positions JOIN pools ON pools.id = pool_id"
            " WHERE pools.name = 'europe' LIMIT 1)"
        )
    code, out, _ = run("ledger", "verify")
    assert code == 1
    assert "europe: 3 entries, differs for rep_" in out


def test_shares_are_weighed_where_they_follow_outcomes(run: Run, environment: str, tmp_path: Path) -> None:
    assert environment, "a database of its own"
    assert run("config", "apply", str(COMPANY))[0] == 0
    assert run("ledger", "weigh")[1] == "No pool's shares follow outcomes.\n"
    following = tmp_path / "company.yaml"
    following.write_text(
        COMPANY.read_text().replace("- name: europe", "- name: europe\n    performance: held", 1)
    )
    assert run("config", "apply", str(following))[0] == 0
    code, out, _ = run("ledger", "weigh")
    assert code == 0
    assert out.startswith("europe: 0 new weights\n") and out.count("held 0 of 0, factor 1.0") == 3
