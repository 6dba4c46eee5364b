"""Keep a router's draft, and say what publishing it would mean. Drafts may have faults; what is published may not."""

from dataclasses import dataclass
from typing import Any

from app.actor import Actor
from app.configuration.plan import Plan
from app.configuration.router_check import RouterCheck
from app.db import transaction
from app.errors import FieldError, Invalid, NotFound
from app.store.configuration import company, read_collection, routers
from app.store.records import add_audit
from app.usecases.check_router import check_router
from app.usecases.plan_configuration import plan_configuration


@dataclass(frozen=True, slots=True)
class Review:
    """What stands between a draft and its publication: `errors` block; `plan` is there when nothing does. `check`: what
    else there is to say, unless the document cannot even be read."""

    errors: tuple[FieldError, ...]
    plan: Plan | None
    check: RouterCheck | None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "errors": [error.to_json() for error in self.errors],
            "plan": self.plan.to_json() if self.plan else None,
            "check": self.check.to_json() if self.check else None,
        }


def save_router_draft(name: str, document: Any, by: Actor) -> Review:
    """Keep `document` as the draft of the router `name` (made when there is none) and review it.

    Raises Invalid when it is no mapping or the name cannot be one.
    """
    if not isinstance(document, dict):
        raise Invalid([FieldError("draft", "wrong-type", "must be a mapping with rules and catch_all")])
    if not name.isprintable() or not 1 <= len(name.strip()) <= 200:
        raise Invalid([FieldError("name", "invalid", "must be one line of 1 to 200 characters")])
    with transaction() as session:
        company.lock_revision(session)
        routers.save_draft(routers.find_or_add(session, name), document)
        add_audit(session, by.name, "router.draft-saved", "router", name)
        return review_router(name, document)


def review_router(name: str, document: Any) -> Review:
    """What publishing `document` as the router `name` would change, or what forbids it. Keeps nothing."""
    try:
        plan = plan_configuration({"routers": {name: document}}, places={("routers", name): ""})
    except Invalid as error:
        return Review(error.errors, None, _check(name, document))
    return Review((), plan, _check(name, document))


def review_current(name: str) -> Review:
    """The same of the draft, or else of what is in force. Raises NotFound."""
    with transaction() as session:
        row = routers.find_router(session, name)
        document = row.draft if row is not None else None
        if document is None:
            document = read_collection(session, "routers").get(name)
    if document is None:
        raise NotFound(f"There is no router called {name}")
    return review_router(name, document)


def _check(name: str, document: Any) -> RouterCheck | None:
    try:
        return check_router(name, document)
    except Invalid:
        return None


def discard_router_draft(name: str, by: Actor) -> None:
    """Forget the draft; what is published stays. Raises NotFound when there is none."""
    with transaction() as session:
        company.lock_revision(session)
        row = routers.find_router(session, name)
        if row is None or row.draft is None:
            raise NotFound(f"The router {name} has no draft")
        routers.save_draft(row, None)
        add_audit(session, by.name, "router.draft-discarded", "router", name)
