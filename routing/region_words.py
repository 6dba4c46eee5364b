"""Regions of the picture in words."""

from collections.abc import Iterator, Mapping, Sequence

from routing.abstraction import Cell, Picture, View
from routing.lines import Stop, stretch
from routing.specimens import MISSING, Piece, Specimen

MOST_NAMED = 6


def region_words(picture: Picture, box: Mapping[int, int]) -> tuple[tuple[str, str], ...]:
    """By field, what it must be like for a lead to lie in the box; fields that may be anything are left out."""
    said = ((view.name, "; ".join(_field(view, box))) for view in picture.views.values())
    return tuple((name, words) for name, words in said if words)


def _field(view: View, box: Mapping[int, int]) -> Iterator[str]:
    allowed = box.get(view.variable, -1)
    inside = [cell for index, cell in enumerate(view.cells) if allowed >> index & 1]
    outside = [cell for index, cell in enumerate(view.cells) if not allowed >> index & 1]
    if outside:
        yield _cells(inside, outside)
    for number, piece in enumerate(view.found.pieces, view.variable + 1):
        words = _piece(piece, box.get(number, 0b11))
        if words:
            yield words


def _piece(piece: Piece, allowed: int) -> str:
    return {0b01: piece.opposite, 0b10: piece.words}.get(allowed, "")


def _cells(inside: Sequence[Cell], outside: Sequence[Cell]) -> str:
    ours = [specimen for cell in inside for specimen in cell.specimens]
    others = [specimen for cell in outside for specimen in cell.specimens]
    is_rest = len(ours) > MOST_NAMED and len(others) < len(ours)
    if not is_rest and not any(specimen.affixes == ("", "") for specimen in ours):
        return _listed(ours, "or")
    words = "known" if MISSING in others else "anything"
    excluded = [specimen for specimen in others if specimen is not MISSING]
    return f"{words} other than {_listed(excluded, 'or')}" if excluded else words


def _listed(specimens: Sequence[Specimen], conjunction: str) -> str:
    """Stretches of lines first, then single values, then what is missing."""
    on_lines = {specimen.stop for specimen in specimens if specimen.stop and not specimen.is_respelled}
    words = [*_stretches([stop for stop in on_lines if stop is not None])]
    words += [
        each.words
        for each in specimens
        if (each.stop not in on_lines or not each.stop) and each is not MISSING
    ]
    if len(words) > MOST_NAMED:
        words = [*words[:MOST_NAMED], f"one of {len(words) - MOST_NAMED} more"]
    if MISSING in specimens:
        words.append(MISSING.words)
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def _stretches(stops: Sequence[Stop]) -> Iterator[str]:
    ordered = sorted(stops, key=lambda stop: (stop.scale, stop.place))
    first = last = None
    for stop in ordered:
        if first is None or last is None or stop.scale != last.scale or stop.place != last.place + 1:
            if first is not None and last is not None:
                yield stretch(first, last)
            first = stop
        last = stop
    if first is not None and last is not None:
        yield stretch(first, last)
