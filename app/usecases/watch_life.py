"""Notice that the database was restored from a backup, copied, or went back in time.

Inside of it stands which database it is; a loaded dump or a copy says another one than it is. What comes back with
everything, such as a disk's snapshot, is noticed by the workers' count of signs of life: each worker keeps the number
that it saw last in its data directory, and the database must never know less.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from app import clock
from app.db import Session, transaction
from app.log import get_logger
from app.models import Doubt, Life
from app.services import services
from app.store.lives import begin_life, find_life, read_identity

FILE = "life.json"
log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a worker saw a database come."""

    identity: str
    life: int
    beats: int


def look_at_life() -> bool:
    """See whether this is the database that worked last, and begin its first life if it has none.

    Returns whether all is well; if not, nothing goes out from here on until somebody finishes the restore.
    """
    with transaction() as session:
        return _look(session, _read_mark()).doubt is None


def beat() -> None:
    """Look again, count one more sign of life, and keep the number outside of the database as well."""
    with transaction() as session:
        life = _look(session, _read_mark())
        if life.doubt is None:
            life.beats += 1
            life.beat_at = clock.now()
        mark = Mark(life.identity, life.id, life.beats)
        is_well = life.doubt is None
    if is_well:  # after the commit: the database must never know less than the file
        _write_mark(mark)


def _look(session: Session, mark: Mark | None) -> Life:
    life = find_life(session, lock=True) or begin_life(session, "system")
    if life.doubt is None and (doubt := _doubt(life, read_identity(session), mark)) is not None:
        life.doubt, life.doubted_at = doubt, clock.now()
        log.error("database.restored", doubt=doubt.value, remedy="scheduler restore status")
    return life


def _doubt(life: Life, identity: str, mark: Mark | None) -> Doubt | None:
    if life.identity != identity:
        return Doubt.COPIED
    if mark is not None and mark.identity == identity and (mark.life, mark.beats) > (life.id, life.beats):
        return Doubt.WENT_BACK
    return None


def _read_mark() -> Mark | None:
    """None where nothing is kept, or nothing that can be read."""
    try:
        return Mark(**json.loads(_file().read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _write_mark(mark: Mark) -> None:
    """A place that cannot be written costs the check of what comes back whole, not the worker."""
    beside = _file().with_name(f".{FILE}.{os.getpid()}")
    try:
        _file().parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(asdict(mark)))
        beside.replace(_file())
    except OSError as error:
        log.warning("life.not_kept", reason=type(error).__name__, path=str(_file()))


def _file() -> Path:
    return services().settings.data_dir / FILE
