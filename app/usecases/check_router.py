"""Look a router over before it goes live. Changes nothing."""

from typing import Any

from app.clock import now
from app.configuration.checks import Checker
from app.configuration.patch import merge, read_patch
from app.configuration.router_check import RouterCheck
from app.configuration.router_check import check_router as check
from app.db import transaction
from app.errors import Invalid
from app.store import configuration as store


def check_router(name: str, document: Any) -> RouterCheck:
    """Check a document as the router `name`, among everything else that is configured.

    Raises Invalid when it cannot be read or names what is not there.
    """
    with transaction() as session:
        state = store.read_state(session)
    places = {("routers", name): ""}
    after = merge(state, read_patch({"routers": {name: document}}, places))
    errors = Checker(after, places).errors()
    if errors:
        raise Invalid(errors)
    return check(after, name, now().date().isoformat(), state["routers"].get(name))
