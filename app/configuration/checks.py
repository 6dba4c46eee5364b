"""What only shows when the whole configuration is looked at: names that lead nowhere, and what is worth a warning."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from app.configuration import experiment_checks, judging_checks, seat_checks
from app.configuration.document import COMPANY, Plain, State
from app.configuration.patch import Places, below, place_of
from app.configuration.pool_shares import share_faults
from app.errors import FieldError
from routing.chain import MOST_ROUTERS_DEEP

_NOUNS = {"pool": "pools", "queue": "queues", "rep": "reps", "router": "routers"}


class Checker:
    """Walks a configuration once. `places` says where items stand in what was sent."""

    def __init__(self, state: State, places: Places) -> None:
        self.state = state
        self.places = places

    def errors(self) -> list[FieldError]:
        """Names that lead nowhere."""
        if COMPANY not in self.state.get(COMPANY, {}):
            return [FieldError(COMPANY, "missing", "is required: the company's name and time zone")]
        walks: tuple[Callable[[], Iterable[FieldError]], ...] = (
            self._reps,
            self._territories,
            self._meeting_types,
            self._pools,
            self._routers,
            self._router_cycles,
            self._forms,
        )
        found = [error for walk in walks for error in walk()]
        return [
            *found,
            *judging_checks.errors_of(self.state, self.places),
            *experiment_checks.errors_of(self.state, self.places),
            *seat_checks.errors_of(self.state, self.places),
        ]

    def warnings(self, people: Collection[str]) -> list[FieldError]:
        """What works but is probably not meant. `people` are the e-mail addresses of users who can sign in."""
        known = {*people, *self.state["reps"]}
        return [
            *self._unknown_people(known),
            *self._covers(),
            *self._never_offered(),
            *self._empty_pools(),
            *judging_checks.warnings_of(self.state, self.places),
        ]

    def _place(self, collection: str, key: str, path: str) -> str:
        return below(place_of(self.places, collection, key), path)

    def _missing(self, collection: str, key: str, path: str, wanted: str, name: str) -> Iterator[FieldError]:
        if name not in self.state[wanted]:
            noun = wanted.removesuffix("s").replace("territorie", "territory").replace("_", " ")
            message = f"there is no {noun} called {name}"
            yield FieldError(self._place(collection, key, path), "unknown-reference", message)

    def _reps(self) -> Iterator[FieldError]:
        for key, rep in self.state["reps"].items():
            if rep["schedule"] is not None:
                yield from self._missing("reps", key, "schedule", "schedules", rep["schedule"])
            for index, name in enumerate(rep["territories"]):
                yield from self._missing("reps", key, f"territories[{index}]", "territories", name)

    def _territories(self) -> Iterator[FieldError]:
        for key, territory in self.state["territories"].items():
            if territory["pool"] is not None:
                yield from self._missing("territories", key, "pool", "pools", territory["pool"])
            for index, name in enumerate(territory["adjacent"]):
                yield from self._missing("territories", key, f"adjacent[{index}]", "territories", name)

    def _meeting_types(self) -> Iterator[FieldError]:
        for key, kind in self.state["meeting_types"].items():
            if kind["schedule"] is not None:
                yield from self._missing("meeting_types", key, "schedule", "schedules", kind["schedule"])
            for email, schedule in kind["rep_schedules"].items():
                place = f"rep_schedules.{email}"
                yield from self._missing("meeting_types", key, place, "reps", email)
                yield from self._missing("meeting_types", key, place, "schedules", schedule)

    def _pools(self) -> Iterator[FieldError]:
        for key, pool in self.state["pools"].items():
            yield from self._missing("pools", key, "queue", "queues", pool["queue"])
            for index, member in enumerate(pool["members"]):
                yield from self._missing("pools", key, f"members[{index}].rep", "reps", member["rep"])
            for fault in share_faults(pool):
                yield FieldError(self._place("pools", key, fault.path), fault.code, fault.message)

    def _routers(self) -> Iterator[FieldError]:
        for key, router in self.state["routers"].items():
            for path, action in actions_of(router):
                for word, wanted in _NOUNS.items():
                    if word in action:
                        yield from self._missing("routers", key, f"{path}.{word}", wanted, str(action[word]))

    def _router_cycles(self) -> Iterator[FieldError]:
        """Routers that lead back to themselves, or through too many others."""
        leads = {key: routers_in(router) for key, router in self.state["routers"].items()}
        for key, steps in leads.items():
            for path, name in steps:
                depth = _depth(name, leads, (key,))
                if depth is None:
                    message = f"leads back to the router {key}"
                    yield FieldError(self._place("routers", key, path), "cycle", message)
                elif depth + 1 > MOST_ROUTERS_DEEP:
                    message = f"leads through {depth + 1} routers; at most {MOST_ROUTERS_DEEP} are allowed"
                    yield FieldError(self._place("routers", key, path), "too-deep", message)

    def _forms(self) -> Iterator[FieldError]:
        for key, form in self.state["forms"].items():
            yield from self._missing("forms", key, "router", "routers", form["router"])
            yield from self._missing("forms", key, "meeting_type", "meeting_types", form["meeting_type"])
            router = self.state["routers"].get(form["router"], {})
            for name in sorted(
                {str(action["message"]) for _, action in actions_of(router) if "message" in action}
            ):
                if name not in form["messages"]:
                    message = (
                        f"the router {form['router']} ends in the message {name}, which has no text here"
                    )
                    yield FieldError(self._place("forms", key, "messages"), "unknown-message", message)

    def _unknown_people(self, known: Collection[str]) -> Iterator[FieldError]:
        for key, rep in self.state["reps"].items():
            covers = [(f"time_off[{index}].cover", off["cover"]) for index, off in enumerate(rep["time_off"])]
            for path, email in [("manager", rep["manager"]), *covers]:
                if email is not None and email not in known:
                    yield self._unknown(self._place("reps", key, path), email)
        for key, queue in self.state["queues"].items():
            for index, email in enumerate(queue["members"]):
                if email not in known:
                    yield self._unknown(self._place("queues", key, f"members[{index}]"), email)

    def _unknown(self, place: str, email: str) -> FieldError:
        return FieldError(place, "unknown-person", f"{email} is neither a rep nor somebody who can sign in")

    def _covers(self) -> Iterator[FieldError]:
        """Covers who cannot stand in."""
        for key, rep in self.state["reps"].items():
            for index, off in enumerate(rep["time_off"]):
                place = self._place("reps", key, f"time_off[{index}].cover")
                if off["cover"] == key:
                    yield FieldError(place, "no-cover", f"{key} cannot cover for themselves")
                elif off["cover"] in self.state["reps"] and not self.state["reps"][off["cover"]]["active"]:
                    yield FieldError(place, "no-cover", f"{off['cover']} takes no leads at present")

    def _never_offered(self) -> Iterator[FieldError]:
        for key, rep in self.state["reps"].items():
            if rep["active"] and rep["schedule"] is None:
                message = "has no schedule and is therefore never offered"
                yield FieldError(self._place("reps", key, "schedule"), "no-hours", message)

    def _empty_pools(self) -> Iterator[FieldError]:
        reps = self.state["reps"]
        for key, pool in self.state["pools"].items():
            if not any(reps[member["rep"]]["active"] for member in pool["members"]):
                yield FieldError(self._place("pools", key, "members"), "empty-pool", "nobody is in this pool")


def rules_of(router: Plain) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every rule of a router with its path, through all layers."""
    for index, rule in enumerate(router.get("rules", ())):
        yield f"rules[{index}]", rule
    for number, layer in enumerate(router.get("layers", ())):
        for index, rule in enumerate(layer["rules"]):
            yield f"layers[{number}].rules[{index}]", rule


def actions_of(router: Plain) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every action of a router with its path: actions, fallbacks, the catch-all."""
    for path, rule in rules_of(router):
        yield from _outcomes(f"{path}.action", rule["action"])
        for number, action in enumerate(rule.get("fallback", ())):
            yield from _outcomes(f"{path}.fallback[{number}]", action)
    for number, action in enumerate(router.get("catch_all", ())):
        yield from _outcomes(f"catch_all[{number}]", action)


def _outcomes(path: str, action: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The action, or each variant of an experiment, each followed by its parties."""
    variants = action["split"]["variants"] if "split" in action else None
    places = {f"{path}.split.variants[{n}]": each for n, each in enumerate(variants or ())} or {path: action}
    for place, each in places.items():
        yield place, each
        for number, party in enumerate(each.get("with", ())):
            yield f"{place}.with[{number}]", party


Leads = Mapping[str, Sequence[tuple[str, str]]]


def routers_in(router: Plain) -> list[tuple[str, str]]:
    """The other routers that a router leads to, each with the path of the action."""
    return [(f"{path}.router", str(act["router"])) for path, act in actions_of(router) if "router" in act]


def _depth(name: str, leads: Leads, entered: tuple[str, ...]) -> int | None:
    """How many routers follow one another from this one; None when the way comes back to where it began."""
    if name == entered[0]:
        return None
    if name in entered or len(entered) > MOST_ROUTERS_DEEP:
        return 0  # another router's cycle is told of there
    depths = [_depth(each, leads, (*entered, name)) for _, each in leads.get(name, ())]
    return None if None in depths else 1 + max((depth for depth in depths if depth), default=0)
