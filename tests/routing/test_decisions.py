"""A whole decision, from a request to a rep, for any team and any request."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.assignment import Assignment, Load, assign
from routing.explanation import explain
from routing.facts import Facts
from routing.ledger import Ledger, replay
from routing.lint import lint
from routing.roster import Away, Distribution, Member, Offering, Pool, Rep, Roster
from routing.route import DestinationKind, Route
from routing.router import parse_router, route
from routing.territories import parse_territory
from tests.routing.cast import BAY_AREA, DACH

TERRITORIES = {"dach": parse_territory("dach", DACH), "bay-area": parse_territory("bay-area", BAY_AREA)}
LANGUAGES = ["de", "en"]

reps = st.builds(
    Rep,
    id=st.sampled_from([f"rep{number}" for number in range(6)]),
    is_active=st.sampled_from([True, True, True, False]),
    languages=st.frozensets(st.sampled_from(LANGUAGES)),
    skills=st.dictionaries(st.sampled_from(["healthcare", "finance"]), st.integers(1, 3)),
    territories=st.frozensets(st.sampled_from(sorted(TERRITORIES))),
    away=st.sampled_from([None, None, None, Away("leave")]),
)
members = st.lists(
    st.builds(Member, reps, st.integers(1, 20), st.integers(1, 2)), unique_by=lambda each: each.rep.id
)
actions = st.fixed_dictionaries(
    {"pool": st.just("team")},
    optional={
        "match": st.lists(st.sampled_from(["territory", "language"]), unique=True),
        "require_skills": st.dictionaries(st.sampled_from(["healthcare", "finance"]), st.integers(1, 3)),
        "prefer_skills": st.dictionaries(st.sampled_from(["healthcare", "finance"]), st.integers(1, 3)),
    },
)
facts = st.builds(
    Facts,
    st.fixed_dictionaries(
        {},
        optional={
            "country": st.sampled_from(["DE", "US", "FR", None]),
            "postal_code": st.sampled_from(["94110", "10115"]),
            "language": st.sampled_from(["de-AT", "EN", "", 5]),
            "account.owner": st.sampled_from(["rep0", "rep9"]),
        },
    ),
)
FALLBACK = [{"pool": "team"}, {"queue": "managers"}]


def qualifies(rep: Rep, action: dict[str, Any], known: Facts, territories: tuple[str, ...]) -> bool:
    """What the rule asks for, said a second time and differently."""
    spoken = str(known.get("language") or "").lower()
    wishes = [rep.is_active, rep.away is None]
    if "territory" in action.get("match", []):
        wishes.append(any(name in rep.territories for name in territories))
    if "language" in action.get("match", []):
        wishes.append(spoken[:2] in rep.languages)
    wishes += [rep.skills.get(skill, 0) >= level for skill, level in action.get("require_skills", {}).items()]
    return all(wishes)


@settings(max_examples=150, deadline=None)
@given(
    team=members,
    action=actions,
    known=facts,
    distribution=st.sampled_from(Distribution),
    busy=st.sets(st.integers(0, 5)),
    earlier=st.integers(0, 4),
)
def test_nobody_who_does_not_qualify_ever_gets_it_and_everything_can_be_run_again(
    team: list[Member],
    action: dict[str, Any],
    known: Facts,
    distribution: Distribution,
    busy: set[int],
    earlier: int,
) -> None:
    pool = Pool("team", tuple(team), distribution, Offering.FLEXIBLE, "managers")
    people = {member.rep.id: member.rep for member in team}
    roster = Roster(people, {"team": pool}, TERRITORIES, frozenset({"managers"}))
    rule = {"name": "all", "when": {"field": "x", "op": "missing"}, "action": action}
    router = parse_router({"name": "r", "rules": [rule], "catch_all": FALLBACK})

    found = route(router, 1, known, roster)
    assert Route.from_json(json.loads(json.dumps(found.to_json()))) == found
    assert route(parse_router(router.to_json()), 1, known, Roster.from_json(roster.to_json())) == found
    first = found.destinations[0]
    assert set(first.candidates) == {
        rep.id for rep in people.values() if qualifies(rep, action, known, found.territories)
    }
    assert sorted([*first.candidates, *(refusal.rep for refusal in first.refused)]) == sorted(people)
    assert found.destinations[-1].kind is DestinationKind.QUEUE

    refused = {refusal.rep: refusal for refusal in first.refused}
    rows, ledger = [], Ledger("team")
    for turn in range(earlier + 1):
        free = [rep for rep in first.candidates if (int(rep[-1]) + turn) % 6 not in busy]
        loads = {rep: Load(turn * 10, int(rep[-1]), 500, value=turn) for rep in free}
        done = assign(
            pool,
            slot=(0, 30),
            candidates=free,
            refused=refused,
            loads=loads,
            ledger=ledger,
            skill=first.skill,
            prefer_skills=first.prefer_skills,
        )
        assert done.winner in free if free else done.winner is None
        assert Assignment.from_json(json.loads(json.dumps(done.to_json()))) == done
        assert {ranked.rep for ranked in done.ranking} == set(free)
        assert len(explain(found, done).sentences()) >= 2
        rows += done.entries
        ledger = ledger.apply_all(done.entries)
    assert replay("team", rows) == ledger
    assert isinstance(lint(router, roster, []), list)
