"""The ledgers of pools, and a manager's word on turns."""

from flask import Response

from app.api.keyring import caller, needs
from app.api.shapes import PlainObject
from app.api.turn_shapes import (
    AdjustBody,
    CreditPath,
    Ledger,
    LedgerLine,
    PoolPath,
    Standing,
    WaitingCredit,
    WaitingCredits,
)
from app.db import db
from app.errors import NotFound
from app.scopes import Scope
from app.store.credits import list_waiting_credits
from app.store.ledger import load_ledger, replay_ledger
from app.store.pages import pools
from app.store.pages.setup import find_rep_by_email
from app.usecases.correct_turns import adjust_turns, decide_credit
from app.web.openapi import answer, api_blueprint, refusals

api = api_blueprint("admin_turns", "/api/v1/admin", security="apiKey", statuses=(401, 403, 429, 503))


@api.get("/pools/<string:pool>/ledger", responses={200: Ledger})
@needs(Scope.DECISIONS_READ)
def get_ledger(path: PoolPath) -> Response:
    """Where everybody in a pool stands, and the newest rows of its history."""
    return answer(_ledger(path.pool))


@api.post("/pools/<string:pool>/adjustments", responses={200: Ledger, **refusals(404)})
@needs(Scope.LEDGER_WRITE)
def adjust_pool_turns(path: PoolPath, body: AdjustBody) -> Response:
    """Give a rep turns back, or take them, with a reason that stays on record."""
    rep = find_rep_by_email(db.session(), body.rep)
    if rep is None:
        raise NotFound("There is no such rep.")
    adjust_turns(path.pool, rep.public_id, body.turns, body.reason, caller().actor)
    return answer(_ledger(path.pool))


@api.get("/credits", responses={200: WaitingCredits})
@needs(Scope.DECISIONS_READ)
def list_credits() -> Response:
    """Credits beyond a pool's number for a month, which wait for a manager."""
    rows = list_waiting_credits(db.session())
    return answer(
        WaitingCredits(
            credits=[
                WaitingCredit(
                    id=row.public_id,
                    pool=row.pool.name,
                    rep=row.rep.email,
                    reason=row.reason,
                    created_at=row.created_at,
                )
                for row in rows
            ]
        )
    )


@api.post("/credits/<string:credit>/accept", responses={200: PlainObject, **refusals(404, 409)})
@needs(Scope.LEDGER_WRITE)
def accept_credit(path: CreditPath) -> Response:
    """Give the turn back."""
    return _decide(path.credit, is_accepted=True)


@api.post("/credits/<string:credit>/refuse", responses={200: PlainObject, **refusals(404, 409)})
@needs(Scope.LEDGER_WRITE)
def refuse_credit(path: CreditPath) -> Response:
    """Leave the turn taken."""
    return _decide(path.credit, is_accepted=False)


def _decide(credit: str, *, is_accepted: bool) -> Response:
    decide_credit(credit, is_accepted=is_accepted, by=caller().actor)
    return answer(PlainObject({"id": credit, "state": "accepted" if is_accepted else "refused"}))


def _ledger(name: str) -> Ledger:
    session = db.session()
    pool = pools.find_pool(session, name)
    if pool is None:
        raise NotFound
    ledger = load_ledger(session, pool.id, pool.name)
    return Ledger(
        pool=pool.name,
        sequence=ledger.sequence,
        is_replayable=replay_ledger(session, pool.id, pool.name) == ledger,
        standings=[
            Standing.model_validate({**_plain(row), "lag": ledger.lag(row.rep)})
            for row in pools.list_standings(session, pool.id)
        ],
        entries=[
            LedgerLine.model_validate(line, from_attributes=True)
            for line in pools.list_ledger(session, pool_id=pool.id)
        ],
    )


def _plain(row: pools.Standing) -> dict[str, object]:
    return {name: getattr(row, name) for name in Standing.model_fields if name != "lag"}
