"""A split divides companies as its shares say, always the same way, and says what it did."""

from collections import Counter
from typing import Any

import pytest

from routing.facts import Facts
from routing.lint import chains
from routing.roster import Distribution, Member, Offering, Pool, Rep, Roster
from routing.route import Route
from routing.router import InvalidRouter, parse_router, route


def roster() -> Roster:
    reps = [Rep(id=f"rep_{name}") for name in "ab"]
    pools = {
        rep.id[-1]: Pool(
            rep.id[-1], (Member(rep),), Distribution.ROUND_ROBIN, Offering.FLEXIBLE, queue="desk"
        )
        for rep in reps
    }
    return Roster({rep.id: rep for rep in reps}, pools, {}, frozenset({"desk"}))


def split(**changes: Any) -> dict[str, Any]:
    variants = [{"name": "old", "share": 50, "pool": "a"}, {"name": "new", "share": 50, "pool": "b"}]
    return {"name": "who", "variants": variants, **changes}


def document(action: dict[str, Any], **rule: Any) -> dict[str, Any]:
    everybody = {"field": "email", "op": "exists"}
    rules = [{"name": "all", "when": everybody, "action": action, **rule}]
    return {"name": "inbound", "rules": rules, "catch_all": [{"queue": "desk"}]}


def decide(facts: dict[str, Any], **changes: Any) -> Route:
    return route(parse_router(document({"split": split(**changes)})), 1, Facts(facts), roster())


def lead(number: int, **facts: Any) -> dict[str, Any]:
    domain = f"globex{number}.test"
    return {
        "email": f"priya@{domain}",
        "email_domain": domain,
        "is_free_mail": False,
        "today": "2026-06-15",
        **facts,
    }


def test_shares_are_kept_over_many_companies() -> None:
    variants = [
        {"name": "old", "share": 70, "pool": "a"},
        {"name": "new", "share": 20, "pool": "b"},
        {"name": "none", "share": 10, "queue": "desk"},
    ]
    drawn = Counter(decide(lead(number), variants=variants).splits[0].variant for number in range(3_000))
    assert 2_000 < drawn["old"] < 2_200
    assert 530 < drawn["new"] < 670
    assert 240 < drawn["none"] < 360


def test_a_company_meets_one_variant_whoever_asks() -> None:
    for number in range(30):
        made = [decide(lead(number, email=f"{name}@globex{number}.test")) for name in ("ann", "bob", "cleo")]
        assert len({str(each.to_json()["splits"]) for each in made}) == 1


def test_an_accounts_domain_goes_before_the_addresses() -> None:
    ours = {"account.domain": "globex.test"}
    made = {decide(lead(number, **ours)).splits[0].unit for number in range(20)}
    assert len(made) == 1


def test_free_mail_is_drawn_person_by_person() -> None:
    people = [
        decide({"email": f"p{n}@mail.test", "email_domain": "mail.test", "is_free_mail": True})
        for n in range(40)
    ]
    assert {each.splits[0].variant for each in people} == {"old", "new"}


def test_two_experiments_divide_independently() -> None:
    pairs = Counter(
        (decide(lead(n)).splits[0].variant, decide(lead(n), salt="other").splits[0].variant)
        for n in range(800)
    )
    assert all(140 < count < 260 for count in pairs.values())
    assert len(pairs) == 4


def test_the_trace_says_variant_chance_and_unit_and_can_be_read_again() -> None:
    made = decide(lead(1))
    drawn = made.splits[0]
    assert (drawn.name, drawn.share, dict(drawn.shares)) == ("who", 50, {"old": 50, "new": 50})
    assert made.destinations[0].name == {"old": "a", "new": "b"}[drawn.variant]
    assert Route.from_json(made.to_json()) == made
    assert "globex" not in str(drawn.to_json())


def test_after_an_erasure_nobody_can_say_whose_draw_it_was() -> None:
    drawn = decide(lead(1)).redacted().splits[0]
    assert (drawn.unit, drawn.variant) == (None, decide(lead(1)).splits[0].variant)


@pytest.mark.parametrize(
    ("today", "is_drawn"), [("2026-05-31", False), ("2026-06-01", True), ("2026-07-01", False), (None, False)]
)
def test_outside_of_its_days_everybody_meets_the_first_variant(today: str | None, is_drawn: bool) -> None:
    days = {"from": "2026-06-01", "until": "2026-07-01"}
    made = [decide(lead(number, today=today), **days) for number in range(20)]
    assert {bool(each.splits) for each in made} == {is_drawn}
    assert {each.destinations[0].name for each in made} == ({"a", "b"} if is_drawn else {"a"})


def test_somebody_of_whom_nothing_is_known_is_not_drawn() -> None:
    made = route(
        parse_router({"name": "r", "rules": [], "catch_all": [{"split": split()}, {"queue": "desk"}]}),
        1,
        Facts({}),
        roster(),
    )
    assert made.splits == ()
    assert made.destinations[0].name == "a"


def test_a_route_without_a_split_reads_as_before() -> None:
    made = route(parse_router(document({"pool": "a"})), 1, Facts(lead(1)), roster())
    assert "splits" not in made.to_json()


def test_a_document_with_a_split_is_read_and_written_the_same() -> None:
    written = document({"split": split(**{"from": "2026-06-01", "salt": "x"})})
    assert parse_router(written).to_json() == written


def test_every_variant_is_looked_over() -> None:
    router = parse_router(document({"split": split()}))
    assert [path for path, _ in chains(router)][:2] == [
        "rules[0].action.split.variants[0]",
        "rules[0].action.split.variants[1]",
    ]


ONE = {"name": "old", "share": 50, "pool": "a"}


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"variants": [ONE]}, "variants", "invalid"),
        ({"variants": [ONE, {**ONE, "name": "new", "share": 40}]}, "variants", "invalid"),
        ({"variants": [ONE, ONE]}, "variants", "duplicate"),
        ({"variants": [ONE, {"name": "new", "share": 50}]}, "variants[1]", "invalid"),
        ({"variants": [ONE, {"name": "new", "share": 0, "pool": "b"}]}, "variants[1].share", "out-of-range"),
        ({"variants": [ONE, {**ONE, "name": "x", "share": True}]}, "variants[1].share", "wrong-type"),
        ({"variants": [ONE, {"name": "x", "share": 50, "split": split()}]}, "variants[1].split", "invalid"),
        ({"variants": "both"}, "variants", "wrong-type"),
        ({"name": ""}, "name", "missing"),
        ({"from": "soon"}, "from", "invalid"),
        ({"from": "2026-06-01", "until": "2026-06-01"}, "until", "out-of-range"),
        ({"colour": "blue"}, "colour", "unknown-field"),
    ],
)
def test_a_fault_is_named_with_its_path(changes: dict[str, Any], path: str, code: str) -> None:
    with pytest.raises(InvalidRouter) as refused:
        parse_router(document({"split": split(**changes)}))
    found = [(problem.path, problem.code) for problem in refused.value.problems]
    assert (f"rules[0].action.split.{path}", code) in found


def test_a_name_stands_for_one_experiment() -> None:
    with pytest.raises(InvalidRouter) as refused:
        parse_router(document({"split": split()}, fallback=[{"split": split()}]))
    assert [problem.code for problem in refused.value.problems] == ["duplicate"]


def test_a_fallback_is_reachable_unless_all_variants_take_the_request_for_good() -> None:
    some = [ONE, {"name": "new", "share": 50, "queue": "desk"}]
    parse_router(document({"split": split(variants=some)}, fallback=[{"pool": "b"}]))
    ends = [{**ONE, "queue": "desk"}, {"name": "new", "share": 50, "message": "no"}]
    del ends[0]["pool"]
    with pytest.raises(InvalidRouter):
        parse_router(document({"split": split(variants=ends)}, fallback=[{"pool": "b"}]))
