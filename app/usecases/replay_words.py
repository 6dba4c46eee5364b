"""What a replay found, in words and in lines of CSV; the same for the console, the API and the command line."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.csv_lines import write_csv

COLUMNS = (
    "request",
    "created_at",
    "change",
    "from",
    "to",
    "rule_before",
    "rule_after",
    "verdict_before",
    "verdict_after",
    "rep_before",
    "rep_after",
    "basis",
)


def changes_csv(rows: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> str:
    """What a replay would change as CSV, with a header; `names` are the reps' by id."""
    return write_csv(COLUMNS, (csv_row(row, names) for row in rows))


def csv_row(row: Mapping[str, Any], names: Mapping[str, str]) -> list[Any]:
    """One request, in the order of `COLUMNS`."""
    plain = {
        **row,
        "created_at": row["created_at"].isoformat(),
        "from": place_words(row["from"], names),
        "to": place_words(row["to"], names),
        "rep_before": names.get(row.get("rep_before") or "", ""),
        "rep_after": names.get(row.get("rep_after") or "", ""),
    }
    return [plain.get(column) for column in COLUMNS]


def place_words(place: str, names: Mapping[str, str]) -> str:
    """`pool:europe` as `pool europe`, `rep:rep_7` with the rep's name."""
    kind, _, name = place.partition(":")
    return f"{kind} {names.get(name, name)}".strip()


def sentences(result: Mapping[str, Any]) -> list[str]:
    """The result in a few lines."""
    changes, turns, total = result["changes"], result["turns"], result["requests"]
    if not total:
        return ["There is no past request of this router to replay in that time.", *_remarks(result)]
    said = [
        f"{total} {_s(total, 'request')} replayed: {changes['identical']} decided identically, "
        f"{changes['same_place']} at the same place for another reason, {changes['moved']} moved.",
        f"Matched by no rule: {_reached(result, 'before', 'unmatched')} before, "
        f"{_reached(result, 'after', 'unmatched')} after. Reached by a fallback: "
        f"{_reached(result, 'before', 'fallback')} before, {_reached(result, 'after', 'fallback')} after.",
    ]
    if turns["meetings"]:
        said.append(
            f"{turns['meetings']} {_s(turns['meetings'], 'meeting')} given anew: {turns['other_rep']} would have "
            f"gone to another rep, to nobody, or to somebody who cannot be named."
        )
    return [*said, *_remarks(result)]


def _remarks(result: Mapping[str, Any]) -> Sequence[str]:
    said = []
    if skipped := result["skipped"].get("erased"):
        said.append(f"Left out: {skipped} {_s(skipped, 'request')} whose facts were erased.")
    if lent := result["lent"]:
        listed = ", ".join(each.replace(":", " ") for each in lent)
        said.append(f"Looked at as today, because it was not there then: {listed}.")
    if cut := result["cut"]:
        reason = (
            f"after {cut['minutes']} minutes" if cut["by"] == "time" else f"the newest since {cut['since']}"
        )
        said.append(f"This is a part only: {reason}.")
    return said


def _reached(result: Mapping[str, Any], side: str, how: str) -> int:
    return int(result[side]["reached"].get(how, 0))


def unknowns(result: Mapping[str, Any]) -> list[str]:
    """What cannot be known, said where it matters to this result."""
    said = ["Whether more or fewer people would have booked. Only those who did are given anew."]
    bases = result["turns"]["bases"]
    if result["changes"]["moved"]:
        said.append("Which time they would have chosen elsewhere. The time they chose is used.")
    if bases.get("by_turn"):
        said.append(
            f"Whether reps of another pool were free. {bases['by_turn']} "
            f"{_s(bases['by_turn'], 'meeting')} went by turn, as if they had been."
        )
    if bases.get("not_known"):
        said.append(
            f"Who would have had {bases['not_known']} {_s(bases['not_known'], 'meeting')}: "
            "the pool goes by loads, which are not kept for reps who were no candidates."
        )
    said.append("The first time that was on offer. Kept is only when people met, so that is what waits show.")
    return said


def _s(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"
