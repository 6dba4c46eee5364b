"""Experiments and their results."""

from flask import Response

from app.api.experiment_shapes import Experiments
from app.api.keyring import needs
from app.scopes import Scope
from app.usecases.list_experiments import list_experiments
from app.web.openapi import answer, api_blueprint

api = api_blueprint("admin_experiments", "/api/v1/admin", security="apiKey", statuses=(401, 403, 429, 503))


@api.get("/experiments", responses={200: Experiments})
@needs(Scope.DECISIONS_READ)
def list_all_experiments() -> Response:
    """Every experiment that was ever published, with what is known so far."""
    found = [experiment.to_json() for experiment in list_experiments()]
    return answer(Experiments.model_validate({"experiments": found}))
