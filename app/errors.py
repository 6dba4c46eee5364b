"""Refusals the application can explain. Edges turn them into RFC 9457 problem documents or page messages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one field. `field` is a path such as `rules[3].when.value`."""

    field: str
    code: str
    message: str

    def to_json(self) -> dict[str, str]:
        """The wire form."""
        return {"field": self.field, "code": self.code, "message": self.message}


class ApplicationError(Exception):
    """Base of all expected refusals: a stable code, an HTTP status and words that say what to do."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    title: ClassVar[str] = "The request could not be carried out"

    def __init__(self, detail: str | None = None, **extra: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.extra: Mapping[str, Any] = extra


class Malformed(ApplicationError):
    """The body is not what the content type says."""

    code = "malformed"
    title = "The body could not be read"


class Invalid(ApplicationError):
    """Fields are wrong; `errors` names each."""

    code = "validation"
    status = 422
    title = "Some fields need another look"

    def __init__(self, errors: Sequence[FieldError], detail: str | None = None) -> None:
        super().__init__(detail or "; ".join(f"{e.field}: {e.message}" for e in errors[:3]))
        self.errors = tuple(errors)
        self.extra = {"errors": [error.to_json() for error in errors]}


class Unauthenticated(ApplicationError):
    """Nobody, or nobody we know."""

    code = "unauthenticated"
    status = 401
    title = "Sign in, or send a valid token"


class Forbidden(ApplicationError):
    """Known, but not allowed to do this."""

    code = "forbidden"
    status = 403
    title = "You may not do this"


class OriginRefused(ApplicationError):
    """The page's origin is not on the form's list."""

    code = "origin-refused"
    status = 403
    title = "This form may not be used from this page"


class NotFound(ApplicationError):
    """Not there, or not to be seen."""

    code = "not-found"
    status = 404
    title = "There is nothing here"


class SlotTaken(ApplicationError):
    """The time is gone. `alternatives` are the nearest that are still free."""

    code = "slot-taken"
    status = 409
    title = "Someone just took this time"


class AlreadyBooked(ApplicationError):
    """The request has a live booking."""

    code = "already-booked"
    status = 409
    title = "This request already has a meeting"


class Conflict(ApplicationError):
    """The thing changed since it was read."""

    code = "conflict"
    status = 409
    title = "This was changed in the meantime"


class IdempotencyMismatch(ApplicationError):
    """One key, two different bodies."""

    code = "idempotency-mismatch"
    status = 422
    title = "This Idempotency-Key was used with another body"


class RateLimited(ApplicationError):
    """Too many calls; `retry_after` in seconds."""

    code = "rate-limited"
    status = 429
    title = "Too many requests"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Try again in {retry_after} seconds")
        self.retry_after = retry_after


class Unavailable(ApplicationError):
    """Something we need does not answer; trying again helps."""

    code = "unavailable"
    status = 503
    title = "The service is busy"

    def __init__(self, detail: str | None = None, retry_after: int = 2) -> None:
        super().__init__(detail or "Please try again in a moment")
        self.retry_after = retry_after
