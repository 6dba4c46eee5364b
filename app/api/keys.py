"""Keys for this API."""

from flask import Response

from app.api.key_shapes import Key, KeyPath, Keys, MadeKey, NewKey
from app.api.keyring import caller, needs
from app.db import db
from app.scopes import Scope
from app.store.keys import list_keys
from app.usecases.create_api_key import create_api_key, revoke_api_key
from app.web.openapi import answer, api_blueprint

api = api_blueprint("admin_keys", "/api/v1/admin/keys", security="apiKey", statuses=(401, 403, 429, 503))


@api.get("", responses={200: Keys})
@needs(Scope.KEYS_WRITE)
def list_api_keys() -> Response:
    """Every key, without secrets."""
    rows = list_keys(db.session())
    return answer(
        Keys(
            keys=[
                Key(
                    id=row.public_id,
                    name=row.name,
                    scopes=row.scopes,
                    created_at=row.created_at,
                    used_at=row.used_at,
                    revoked_at=row.revoked_at,
                )
                for row in rows
            ]
        )
    )


@api.post("", responses={201: MadeKey})
@needs(Scope.KEYS_WRITE)
def make_api_key(body: NewKey) -> Response:
    """Make a key. Its secret is in this answer and nowhere else."""
    who = caller()
    made = create_api_key(body.name, [str(scope) for scope in body.scopes], who.actor, within=who.scopes)
    return answer(MadeKey(id=made.id, secret=made.secret), 201)


@api.delete("/<string:key>", responses={204: None})
@needs(Scope.KEYS_WRITE)
def end_api_key(path: KeyPath) -> Response:
    """End a key at once."""
    revoke_api_key(path.key, caller().actor)
    return Response(status=204)
