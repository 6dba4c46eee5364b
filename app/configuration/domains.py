"""What the facts of a request can hold, as far as the forms that lead to a router say.

Two pictures of the same forms. *As asked*: required questions are answered, choices are among those on the form.
*As sent*: what a program may send past the form, which keeps answers as they were typed, whatever they are.
"""

from collections.abc import Iterator, Mapping
from functools import cache

from app.configuration.document import Plain, State
from app.configuration.forms import FieldType
from routing.computed import TOPICS
from routing.definition import LeadType, Stage
from routing.domains import ANY_TEXT, Domain, Kind
from routing.reading import fold, lower_bound, spell
from routing.route import Verdict

_NUMBER, _FLAG = Domain(Kind.NUMBER), Domain(Kind.FLAG)

COMPUTED: Mapping[str, Domain] = {
    "employees": Domain(Kind.NUMBER, is_whole=True, least=0),
    "is_disposable": _FLAG,
    "postal_code_is_plausible": _FLAG,
    "account.employees": Domain(Kind.NUMBER, is_whole=True, least=0),
    "account.confidence": Domain(Kind.NUMBER, least=0, most=1),
    "score": _NUMBER,
    "fit_score": _NUMBER,
    "engagement_score": _NUMBER,
    "deal_value": _NUMBER,
    "is_icp": _FLAG,
    "icp_version": Domain(Kind.NUMBER, is_whole=True, least=1),
    "stage": Domain(Kind.CHOICE, tuple(Stage), is_open=True),
    "lead_type": Domain(Kind.CHOICE, tuple(LeadType), is_required=True, is_open=True),
    "qualification": Domain(Kind.CHOICE, tuple(Verdict)),
    "earlier_requests": Domain(Kind.NUMBER, is_required=True, is_whole=True, least=0),
    "earlier_meetings": Domain(Kind.NUMBER, is_required=True, is_whole=True, least=0),
    "days_since_last_request": Domain(Kind.NUMBER, is_whole=True, least=0),
    **{name: Domain(Kind.SET) for name in ("behaviors", "segments", *TOPICS.values())},
}
"""Facts that are worked out when no form asks for them; what is in neither place is any text, or missing."""


def domains_of(state: State, router: str, *, as_asked: bool = True) -> dict[str, Domain]:
    """By field, what requests through a router may hold. With several forms, what any of them lets in."""
    forms = [form for form in state["forms"].values() if form["router"] == router]
    found: dict[str, Domain] = {**COMPUTED, **_priorities(state)}
    names = dict.fromkeys(field["name"] for form in forms for field in form["fields"])
    for name in names:
        asked = [_domain_in(form, name, as_asked=as_asked) for form in forms]
        domain = _either(asked)
        if domain is not None:
            found[name] = domain
    return found


def _priorities(state: State) -> dict[str, Domain]:
    """The levels of the scorecard, where there is one."""
    scoring = state.get("scoring", {}).get("scoring", {})
    levels = tuple(str(level["name"]) for level in scoring.get("priorities", ()))
    return {"priority": Domain(Kind.CHOICE, levels)} if levels else {}


def _domain_in(form: Plain, name: str, *, as_asked: bool) -> Domain | None:
    """What one form lets in; None where it does not ask."""
    field = next((each for each in form["fields"] if each["name"] == name), None)
    if field is None:
        return None
    if field["type"] == FieldType.EMAIL:
        return Domain(is_required=bool(field["required"]))
    return _as_asked(field) if as_asked else _as_sent(field)


def _as_asked(field: Plain) -> Domain:
    kind, is_required = field["type"], bool(field["required"])
    if kind == FieldType.COUNTRY:
        return Domain(Kind.CHOICE, countries(), is_required=is_required)
    if kind in (FieldType.CHOICE, FieldType.RANGE):
        return Domain(Kind.CHOICE, tuple(_values(field)), is_required=is_required)
    if kind == FieldType.NUMBER:
        return Domain(Kind.NUMBER, is_required=is_required)
    if kind == FieldType.CHECKBOX:
        return Domain(Kind.FLAG, is_required=is_required)
    return Domain(is_required=is_required and kind != FieldType.HIDDEN)


def _as_sent(field: Plain) -> Domain:
    """Nothing but the address is ever refused, so any answer may be missing, or be another."""
    asked = _as_asked(field)
    if asked.kind is Kind.CHOICE:
        return Domain(Kind.CHOICE, asked.choices, is_open=True)
    return ANY_TEXT


def _values(field: Plain) -> Iterator[str]:
    """The facts that the choices become: a range is known by its lower bound."""
    for choice in field["choices"]:
        value = str(choice["value"])
        least = lower_bound(fold(value)) if field["type"] == FieldType.RANGE else None
        yield value if least is None else spell(least)


def _either(asked: list[Domain | None]) -> Domain | None:
    """One picture of a field that several forms ask for, or do not."""
    known = [each for each in asked if each is not None]
    is_required = len(known) == len(asked) and all(each.is_required for each in known)
    kinds = {each.kind for each in known}
    if len(kinds) > 1:
        return Domain(is_required=is_required)
    choices = tuple(dict.fromkeys(choice for each in known for choice in each.choices))
    return Domain(kinds.pop(), choices, is_required, is_open=any(each.is_open for each in known))


@cache
def countries() -> tuple[str, ...]:
    """The ISO codes. The table is read on first use: the library takes its time to load."""
    import pycountry

    return tuple(sorted(each.alpha_2 for each in pycountry.countries))
