"""Both JSON APIs on flask-openapi3, and the one OpenAPI 3.1 document they share.

How to use it: the factory keeps creating a plain `Flask`. `make_api(app)` (idempotent) prepares it; then each API
makes its blueprint with `api_blueprint(...)`, declares operations on it with `@blueprint.get(...)`, and is added by
`make_api(app).register(blueprint, authenticate=..., longest_body=...)`. For each request, in this order:
`authenticate()` (401/403 by raising), the body is read (415, 413, 400), pydantic validates (422), the view runs.
The document is served at `/api/v1/openapi.json`. Views return `answer(model, status)`.
"""

import copy
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from weakref import WeakSet

from flask import Flask, Response, jsonify, request
from flask_openapi3.blueprint import APIBlueprint
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from app.errors import Invalid
from app.faults import field_errors
from app.web.bodies import StrictJson, check_request
from app.web.document import BEARER_SCHEMES, compose
from app.web.policy import Policy, declare
from app.web.problems import install_problems
from app.web.route_class import RouteClass

DOCUMENT_PATH = "/api/v1/openapi.json"
KILOBYTE = 1024

View = TypeVar("View", bound=Callable[..., Any])


_hooked: WeakSet[APIBlueprint] = WeakSet()


class Parameters(BaseModel):
    """Parameters of a query, or headers. The library asks for their schema at every request; it is made once."""

    @classmethod
    def model_json_schema(cls, *args: Any, **options: Any) -> dict[str, Any]:
        """The JSON Schema; without arguments always the same object, which nobody changes."""
        return super().model_json_schema(*args, **options) if args or options else _schema(cls)


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema(by_alias=True)


class Body(Parameters):
    """A JSON body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class OptionalBody(Body):
    """A JSON body that may be left out; nothing is `{}`."""

    model_config = ConfigDict(openapi_extra={"required": False})  # type: ignore[typeddict-unknown-key]

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_empty(cls, value: object) -> object:
        return {} if value is None else value


class ApiBlueprint(APIBlueprint):
    """flask-openapi3's blueprint, whose decorators leave a view's type as it is (the library does not say so)."""

    if TYPE_CHECKING:

        def get(self, rule: str, **options: Any) -> Callable[[View], View]: ...
        def post(self, rule: str, **options: Any) -> Callable[[View], View]: ...
        def put(self, rule: str, **options: Any) -> Callable[[View], View]: ...
        def patch(self, rule: str, **options: Any) -> Callable[[View], View]: ...
        def delete(self, rule: str, **options: Any) -> Callable[[View], View]: ...


class Gate(NamedTuple):
    """What a request to a blueprint passes before its view: who calls, and how much may be sent."""

    authenticate: Callable[[], None] | None
    longest_body: int


class Api:
    """What has been registered, and the document made of it."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._blueprints: list[APIBlueprint] = []
        self._gates: dict[str, Gate] = {}
        self._document: dict[str, Any] | None = None
        app.before_request(self._pass_gate)

    def register(
        self,
        blueprint: APIBlueprint,
        *,
        authenticate: Callable[[], None] | None = None,
        longest_body: int = 64 * KILOBYTE,
    ) -> None:
        """Add an API. `authenticate` raises when the caller may not call; `longest_body` is in bytes.

        The blueprint itself is left as it is, so that a module may make it once for many applications.
        """
        self._gates[blueprint.name] = Gate(authenticate, longest_body)
        self._app.register_blueprint(blueprint)
        self._blueprints.append(blueprint)
        self._document = None

    def _pass_gate(self) -> None:
        gate = self._gates.get(request.blueprint or "")
        if gate is None or request.method == "OPTIONS":
            return
        if gate.authenticate is not None:
            gate.authenticate()
        check_request(gate.longest_body)

    def document(self) -> dict[str, Any]:
        """The OpenAPI 3.1 document of all that is registered; composed once."""
        if self._document is None:
            self._document = compose(self._blueprints)
        return copy.deepcopy(self._document)


def make_api(app: Flask) -> Api:
    """The app's API, set up at the first call: strict JSON, problem documents, the served description."""
    if "api" in app.extensions:
        found: Api = app.extensions["api"]
        return found
    api = app.extensions["api"] = Api(app)
    app.json = StrictJson(app)
    vars(app)["validation_error_callback"] = _refuse  # flask-openapi3 looks for it on the app
    install_problems(app)
    app.add_url_rule(DOCUMENT_PATH, "openapi_document", lambda: jsonify(api.document()))
    declare(app, "openapi_document", Policy.PUBLIC, route_class=RouteClass.API)
    return api


def api_blueprint(
    name: str, url_prefix: str, *, security: str | None = None, statuses: tuple[int, ...] = ()
) -> ApiBlueprint:
    """A blueprint for operations. `security` names one of `BEARER_SCHEMES`; `statuses` are the refusals that any
    of its operations may answer with besides those that follow from its parameters and body.
    """
    assert security is None or security in BEARER_SCHEMES
    return ApiBlueprint(
        name,
        __name__,
        url_prefix=url_prefix,
        abp_security=[{security: []}] if security else [],
        abp_responses=refusals(*statuses),
        operation_id_callback=_operation_id,
    )


def refusals(*statuses: int) -> dict[Any, Any]:
    """Problem answers for an operation's `responses`, by status."""
    return {status: {} for status in statuses}


def answer(
    model: BaseModel, status: int = 200, *, cached: str = "no-store", without: AbstractSet[str] = frozenset()
) -> Response:
    """A model as JSON. `cached` is the Cache-Control header: nobody keeps it unless said otherwise. `without`: fields
    that this answer does not have."""
    said = model.model_dump_json(by_alias=True, exclude=set(without))
    response = Response(said, status=status, mimetype="application/json")
    response.headers["Cache-Control"] = cached
    return response


def _operation_id(*, name: str, path: str, method: str) -> str:
    return name


def _refuse(error: ValidationError) -> None:
    raise Invalid(field_errors(error))
