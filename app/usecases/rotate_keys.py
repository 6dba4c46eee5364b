"""Seal everything anew with the newest key, so that older ones can be thrown away."""

from collections.abc import Callable
from dataclasses import dataclass

from app.crypto import SecretBox, SecretUnreadable
from app.db import db, transaction
from app.services import services
from app.store.sealed import SEALED, SealedColumn, count_sealed, lock_sealed, put_sealed, sealed_keys


@dataclass(slots=True)
class KeyReport:
    """How many secrets there are, how many only an older key opened, and how many no key opens."""

    secrets: int = 0
    older: int = 0
    unreadable: int = 0


def count_secrets() -> int:
    """How many secrets there are to go over."""
    return sum(count_sealed(db.session(), kind) for kind in SEALED)


def look_at_secrets() -> KeyReport:
    """How the secrets stand to the keys there are; changes nothing."""
    report = KeyReport()
    for kind in SEALED:
        for keys in sealed_keys(db.session(), kind):
            with transaction() as session:
                for sealed in lock_sealed(session, kind, keys).values():
                    _count(report, services().secrets, sealed)
    return report


def rotate_secrets(progress: Callable[[int], None]) -> KeyReport:
    """Seal what an older key sealed with the newest one; `progress` hears how many rows were gone over.

    A portion is a transaction: who stops it loses nothing, and doing it again goes on. What no key opens stays as
    it is, for a key that is found again may open it.
    """
    report = KeyReport()
    for kind in SEALED:
        for keys in sealed_keys(db.session(), kind):
            _rotate(kind, keys, report)
            progress(len(keys))
    return report


def _rotate(kind: SealedColumn, keys: list[int], report: KeyReport) -> None:
    box = services().secrets
    with transaction() as session:
        for key, sealed in lock_sealed(session, kind, keys).items():
            if _count(report, box, sealed):
                put_sealed(session, kind, key, box.reseal(sealed))


def _count(report: KeyReport, box: SecretBox, sealed: bytes) -> bool:
    """Whether the secret is to be sealed anew."""
    report.secrets += 1
    if box.is_newest(sealed):
        return False
    try:
        box.reseal(sealed)
    except SecretUnreadable:
        report.unreadable += 1
        return False
    report.older += 1
    return True
