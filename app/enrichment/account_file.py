"""A CSV file of accounts, read row by row: every fault has its line, its column and a stable code."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.enrichment.addresses import is_free_mail
from app.errors import FieldError, Invalid

LONGEST_FILE = 50_000_000
MOST_ROWS = 200_000
MOST_ERRORS = 200
ATTRIBUTES = (
    "industry",
    "employees",
    "country",
    "subdivision",
    "postal_code",
    "language",
    "segment",
    "technology",
    "type",
)
COLUMNS = ("domain", "name", "parent", "owner", "aliases", *ATTRIBUTES)
CLEARED = "-"
"""A cell with only this takes the value away; an empty cell leaves it as it is."""

_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_COUNTRY = re.compile(r"[A-Z]{2}")
_NUMBER = re.compile(r"[0-9]{1,9}|[0-9]{1,3}([., ][0-9]{3}){1,2}")
_LONGEST_CELL = 500


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One row. Only what was filled in is in `values`; None takes a value away."""

    line: int
    domain: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class AccountFile:
    """What a file says, and what is wrong with it."""

    rows: list[AccountRow] = field(default_factory=list)
    errors: list[FieldError] = field(default_factory=list)

    def fault(self, line: int, column: str, code: str, message: str) -> None:
        """Note one thing wrong."""
        if len(self.errors) < MOST_ERRORS:
            self.errors.append(FieldError(f"line {line}: {column}", code, message))


def read_account_file(data: bytes) -> AccountFile:
    """The rows of a CSV file (UTF-8; comma, semicolon or tab; a header with at least `domain`).

    Raises Invalid when the file as a whole cannot be read; faults of rows are in the result.
    """
    found = AccountFile()
    seen: dict[str, int] = {}
    for line, cells in _lines(_decode(data)):
        row = _read_row(line, cells, found)
        if row is None:
            continue
        if row.domain in seen:
            found.fault(
                line, "domain", "duplicate", f"{row.domain} stands in line {seen[row.domain]} already"
            )
        seen.setdefault(row.domain, line)
        found.rows.append(row)
    return found


def read_domain(typed: str) -> str | None:
    """`https://www.Acme.com/about` as `acme.com`; None when it is no domain."""
    host = re.sub(r"^[a-z]+://", "", typed.strip().lower()).partition("/")[0].removeprefix("www.").rstrip(".")
    try:
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    return host if _HOST.fullmatch(host) else None


def _refuse(code: str, message: str, place: str = "file") -> Invalid:
    return Invalid([FieldError(place, code, message)])


def _decode(data: bytes) -> str:
    if len(data) > LONGEST_FILE:
        raise _refuse("too-long", f"has {len(data)} bytes; at most {LONGEST_FILE} are allowed")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refuse("not-utf-8", f"is not UTF-8 (line {line})") from None
    if "\0" in text:
        raise _refuse("invalid", "contains NUL characters; is it a spreadsheet instead of CSV?")
    return text


def _lines(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells by column, blank rows left out."""
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = _check_header(next(reader, []))
        for count, cells in enumerate(reader, start=1):
            if count > MOST_ROWS:
                raise _refuse("too-many", f"has more than {MOST_ROWS} rows")
            if any(cell.strip() for cell in cells):
                yield reader.line_num, _by_column(header, cells)
    except csv.Error as error:
        raise _refuse("malformed", f"is not valid CSV (line {reader.line_num}): {error}") from None


def _check_header(cells: list[str]) -> list[str]:
    header = [cell.strip().lower().replace(" ", "_") for cell in cells]
    if "domain" not in header:
        raise _refuse("missing", "the first line must name the columns, domain among them", "header")
    for name in header:
        if name not in COLUMNS:
            raise _refuse(
                "unknown-field", f"{name[:80]!r} is not known; known are {', '.join(COLUMNS)}", "header"
            )
        if header.count(name) > 1:
            raise _refuse("duplicate", f"{name} comes twice", "header")
    return header


def _by_column(header: list[str], cells: list[str]) -> dict[str, str]:
    extra = {"": "too many cells"} if len(cells) > len(header) else {}
    return dict(zip(header, (cell.strip() for cell in cells), strict=False)) | extra


def _read_row(line: int, cells: dict[str, str], found: AccountFile) -> AccountRow | None:
    if "" in cells:
        found.fault(line, "row", "too-many", "has more cells than the header has columns")
        return None
    domain = read_domain(cells["domain"])
    if domain is None:
        found.fault(line, "domain", "invalid-domain", f"{cells['domain'][:80]!r} is no domain")
        return None
    if is_free_mail(f"x@{domain}"):
        found.fault(line, "domain", "free-mail", f"{domain} is a mail service, not a company's domain")
        return None
    values: dict[str, Any] = {}
    for column, cell in cells.items():
        if column != "domain" and cell:
            _read_cell(line, column, cell, values, found)
    return AccountRow(line, domain, values)


def _read_cell(line: int, column: str, cell: str, values: dict[str, Any], found: AccountFile) -> None:
    if len(cell) > _LONGEST_CELL and column != "aliases":
        found.fault(
            line, column, "too-long", f"has {len(cell)} characters; at most {_LONGEST_CELL} are allowed"
        )
    elif cell == CLEARED and column != "name":
        values[column] = () if column == "aliases" else None
    elif column in _READERS:
        try:
            values[column] = _READERS[column](cell)
        except ValueError as error:
            code, _, message = str(error).partition(": ")
            found.fault(line, column, code, message)
    else:
        values[column] = cell


def _whole(cell: str) -> int:
    if not _NUMBER.fullmatch(cell):
        raise ValueError(f"wrong-type: {cell[:40]!r} is no number of employees")
    return int(re.sub(r"[., ]", "", cell))


def _country(cell: str) -> str:
    if not _COUNTRY.fullmatch(cell.upper()):
        raise ValueError(f"invalid: {cell[:40]!r} is no country code such as DE")
    return cell.upper()


def _domain(cell: str) -> str:
    domain = read_domain(cell)
    if domain is None:
        raise ValueError(f"invalid-domain: {cell[:80]!r} is no domain")
    return domain


def _domains(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_domain(part) for part in re.split(r"[;,\s|]+", cell) if part))


_READERS: Mapping[str, Any] = {
    "employees": _whole,
    "country": _country,
    "parent": _domain,
    "aliases": _domains,
    "owner": str.lower,
}
