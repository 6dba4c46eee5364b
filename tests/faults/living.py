"""One history lived through: edits of a calendar, readings of it that meet faults, and the mirror beside the truth."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, select

from app.db import db, transaction
from app.models import BusyBlock, Calendar, ProviderGate
from app.usecases import sync_calendar as module
from app.usecases.sync_calendar import sync_calendar
from tests.faults.history import HOME, ZONES, Entry, Step, busy_minutes, wall_clock
from tests.faults.owners import Owner
from tests.fixtures.outside import calendars_of


class Died(BaseException):
    """The process ends here."""


class History:
    """One history, lived through: the model of the calendar beside the calendar and its mirror."""

    def __init__(self, owner: Owner, patch: pytest.MonkeyPatch) -> None:
        self.owner, self.patch = owner, patch
        self.today = datetime.now(UTC).date()
        self.entries: list[Entry] = []
        self.zone = HOME
        owner.heal()
        owner.set_zone(HOME)
        for kind, day in (("add", 3), ("add day", 9), ("add series", 20)):
            self.edit(Step(kind, 0, day, 12, 3, ""))

    def live(self, story: list[Step]) -> None:
        """Everything in order, then a last reading and one afresh; and nothing stays behind."""
        try:
            for step in story:
                self.read(step.fault, step.size) if step.kind == "read" else self.edit(step)
            self.read()
            step_by_step = rows()
            forget_token(self.owner.email)
            self.read()
            assert rows() == step_by_step, "read afresh, the mirror is another"
        finally:
            self.owner.heal()
            for entry in self.entries:
                self.owner.delete(entry)
            with transaction() as session:
                session.execute(delete(BusyBlock))
            forget_token(self.owner.email)

    def edit(self, step: Step) -> None:
        """One edit of the owner's; nothing where there is nothing to edit."""
        start = wall_clock(self.today, step)
        if step.kind.startswith("add"):
            days = step.size if step.kind == "add day" else 0
            weeks = 1 + step.size if step.kind == "add series" else 1
            entry = Entry(start, 15 * step.size, days, weeks)
            self.owner.add(entry)
            self.entries.append(entry)
        elif step.kind == "zone":
            self.zone = ZONES[step.size % len(ZONES)]
            self.owner.set_zone(self.zone)
        elif self.entries:
            self._change(self.entries[step.which % len(self.entries)], step, start)

    def _change(self, entry: Entry, step: Step, start: datetime) -> None:
        has_exceptions = bool(entry.moved or entry.dropped)
        if step.kind.endswith("one"):
            self._change_one(entry, step, start)
        elif step.kind == "delete":
            self.entries.remove(entry)
            self.owner.delete(entry)
        elif not has_exceptions:  # services differ in what becomes of exceptions when their series changes
            if step.kind == "move":
                entry.start = start
            elif step.kind in {"cancel", "restore"}:
                entry.is_cancelled = step.kind == "cancel"
            elif step.kind == "decline":
                entry.is_declined = not entry.is_declined
            else:
                entry.is_free = not entry.is_free
            self.owner.change(entry)

    def _change_one(self, entry: Entry, step: Step, start: datetime) -> None:
        number = step.size % entry.weeks
        if not entry.is_series or entry.is_cancelled or number in entry.dropped:
            return
        if step.kind == "drop one":
            entry.dropped.add(number)
            self.owner.drop_one(entry, number)
        else:
            entry.moved[number] = start
            self.owner.move_one(entry, number)

    def read(self, fault: str = "", size: int = 1) -> None:
        """One reading. It succeeds and the mirror is the truth, or it fails and the mirror is what it was."""
        before = rows(), token_of(self.owner.email)
        if fault:
            self.owner.break_reading(fault, size)
        with self.patch.context() as patch:
            if fault == "dies":
                patch.setattr(module, "touch_reps", die)
            try:
                was_read = sync_calendar(calendar_of(self.owner.email).public_id)
            except Died:
                db.session.rollback()
                was_read = False
        self.owner.heal()
        calm_down()
        if was_read:
            assert mirrored(self.owner.email) == self.truth(), f"after {fault or 'a plain reading'}"
        else:
            assert fault, "a reading failed and nothing was wrong"
            assert (rows(), token_of(self.owner.email)) == before, f"{fault} left traces"

    def truth(self) -> set[int]:
        """The minutes that are taken, by the model."""
        calendar = calendar_of(self.owner.email)
        found = [stretch for entry in self.entries for stretch in entry.stretches(self.zone)]
        return busy_minutes(found, *known(calendar))


def die(*rest: object) -> None:
    """What was done so far in the transaction was not done."""
    raise Died


def calm_down() -> None:
    """Time passes: nobody is left alone for having been in trouble any longer."""
    with transaction() as session:
        session.execute(delete(ProviderGate))


def calendar_of(email: str) -> Calendar:
    """The calendar that is read."""
    db.session.rollback()
    return next(each for each in calendars_of(email) if each.checks_conflicts)


def token_of(email: str) -> bytes | None:
    """Where reading goes on, as kept."""
    return calendar_of(email).token


def forget_token(email: str) -> None:
    """The next reading is a full one."""
    with transaction() as session:
        session.merge(calendar_of(email)).token = None


def known(calendar: Calendar) -> tuple[datetime, datetime]:
    """The stretch that the mirror speaks of."""
    assert calendar.known_from is not None and calendar.known_until is not None
    return calendar.known_from, calendar.known_until


def rows() -> list[tuple[Any, ...]]:
    """The mirror, row by row."""
    db.session.rollback()
    columns = [column for column in BusyBlock.__table__.columns if column.name != "id"]
    return sorted((tuple(row) for row in db.session.execute(select(*columns))), key=repr)


def mirrored(email: str) -> set[int]:
    """The minutes that are taken, by the mirror."""
    calendar = calendar_of(email)
    found = db.session.execute(select(BusyBlock.starts_at, BusyBlock.ends_at))
    return busy_minutes([(begins, ends) for begins, ends in found], *known(calendar))
