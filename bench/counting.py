"""Counting what a piece of work sends out: statements to the database, calls to anybody else."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import psycopg
import requests


class Sent:
    """What was sent: every statement, those of the job library and savepoints included, and the number of calls."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.calls = 0

    def beginning(self, *words: str) -> int:
        """How many statements begin with one of these words."""
        return sum(each.lstrip().upper().startswith(words) for each in self.statements)

    @property
    def jobs(self) -> int:
        """How many times jobs were put in line."""
        return sum("procrastinate_defer_jobs" in each for each in self.statements)


@contextmanager
def counting() -> Iterator[Sent]:
    """Count statements and outbound calls of this process; whoever calls out is told that nobody is there."""
    sent = Sent()
    execute: Any = psycopg.Cursor.execute

    def note(cursor: Any, query: Any, *arguments: Any, **options: Any) -> Any:
        sent.statements.append(query if isinstance(query, str) else str(query))
        return execute(cursor, query, *arguments, **options)

    def call(*arguments: object, **options: object) -> None:
        sent.calls += 1
        raise requests.ConnectionError("nobody is called while a prospect waits")

    with patch.object(psycopg.Cursor, "execute", note), patch.object(requests.Session, "send", call):
        yield sent
