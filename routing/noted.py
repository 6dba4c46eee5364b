"""What there is to say about a destination besides who could take it: whose pool it is, and on what condition."""

from collections.abc import Iterator, Mapping

from routing.destination import Destination
from routing.explained import Line
from routing.json_values import JSON


def noted(destination: Destination) -> Iterator[Line]:
    """A line for each thing, in the order in which they matter."""
    about = destination.about
    if "missing" in about:
        yield Line(f"missing_{about['missing']}")
    if "backfill_from" in about:
        yield Line("backfill_from", _some(about, "backfill_from", "territory"))
    elif "territory" in about:
        yield Line("territory", _some(about, "territory"))
    if "tie_break" in about:
        yield Line(f"tie_{about['tie_break']}", _some(about, "over"))
    if "owner_of" in about:
        yield Line(f"owner_of_{about['owner_of']}")
    if "last_rep_on" in about:
        yield Line("last_rep_on", _some(about, "last_rep_on"))
    if destination.within is not None:
        yield Line("within", {"within": destination.within})
    if destination.local_day is not None:
        yield Line("local_day", destination.local_day.to_json())


def _some(about: Mapping[str, JSON], *keys: str) -> dict[str, JSON]:
    return {key: about[key] for key in keys}
