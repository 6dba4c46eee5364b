"""Faults beside the fields they are about, whatever path the configuration gave them."""

from collections.abc import Iterable

from app.errors import FieldError


class Faults:
    """What is wrong with a form. Templates ask `faults.at("limits.per_day")`."""

    def __init__(self, errors: Iterable[FieldError] = (), place: str = "") -> None:
        """`place` is the start of every path (`reps[remy@acme.test]`), which the page does not show."""
        self._found = [(_inside(error.field, place), error.message) for error in errors]

    def __bool__(self) -> bool:
        return bool(self._found)

    def at(self, name: str) -> str | None:
        """What is wrong with a field, or with anything inside of it."""
        for path, message in self._found:
            if path == name or path.startswith((f"{name}.", f"{name}[")):
                return _said(message)
        return None

    def listed(self) -> list[tuple[str, str]]:
        """Everything, as pairs of path and words, for the summary above the form."""
        return [(path, _said(message)) for path, message in self._found]

    def lines(self, name: str) -> list[tuple[str, str]]:
        """What is wrong inside of one field, with the path below it."""
        return [
            (path.removeprefix(name).lstrip("."), _said(message))
            for path, message in self._found
            if path == name or path.startswith((f"{name}.", f"{name}["))
        ]


def _inside(path: str, place: str) -> str:
    inner = path.removeprefix(place)
    return inner.lstrip(".") if inner != path or not place else path


def _said(message: str) -> str:
    return message[:1].upper() + message[1:]
