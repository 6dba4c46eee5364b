"""Territories over the wire: which definition held when. They are set through the configuration."""

from typing import Any

from flask import Response
from pydantic import AwareDatetime, BaseModel, Field

from app.api.keyring import needs
from app.db import db
from app.errors import NotFound
from app.scopes import Scope
from app.store.configuration.past_territories import territory_versions
from app.web.openapi import answer, api_blueprint, refusals

api = api_blueprint("admin_territories", "/api/v1/admin", security="apiKey", statuses=(401, 403, 429, 503))


class TerritoryPath(BaseModel):
    """A territory's name."""

    territory: str = Field(max_length=200)


class TerritoryDefinition(BaseModel):
    """How a territory was defined from `since` until `until` (null: it still is); null while it was archived."""

    version: int
    revision: int
    since: AwareDatetime
    until: AwareDatetime | None
    by: str | None
    definition: dict[str, Any] | None


class TerritoryVersions(BaseModel):
    """The newest first."""

    versions: list[TerritoryDefinition]


@api.get("/territories/<string:territory>/versions", responses={200: TerritoryVersions, **refusals(404)})
@needs(Scope.CONFIGURATION_READ)
def list_territory_versions(path: TerritoryPath) -> Response:
    """Every definition a territory had, and when each of them held."""
    found = territory_versions(db.session(), path.territory)
    if not found:
        raise NotFound("There never was such a territory")
    return answer(
        TerritoryVersions(
            versions=[
                TerritoryDefinition(
                    version=each.number,
                    revision=each.revision,
                    since=each.at,
                    until=each.until,
                    by=each.by,
                    definition=each.definition,
                )
                for each in found
            ]
        )
    )
