"""Locks on files that the operating system releases when their holders are gone, however they went."""

import fcntl
import os
import time
from pathlib import Path


class FileLock:
    """An exclusive lock on `path`. Children that inherit `fd` hold it too, until the last of them is gone."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None

    @property
    def fd(self) -> int:
        """The descriptor that carries the lock; only while it is held."""
        if self._fd is None:
            raise ValueError(f"{self.path} is not locked")
        return self._fd

    @property
    def is_held(self) -> bool:
        """Whether this object holds the lock."""
        return self._fd is not None

    def try_acquire(self) -> bool:
        """Take the lock if nobody has it; never waits."""
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            return False
        self._fd = fd
        return True

    def acquire(self, timeout: float) -> bool:
        """Try for up to `timeout` seconds; return whether the lock was taken."""
        until = time.monotonic() + timeout
        while not self.try_acquire():
            if time.monotonic() >= until:
                return False
            time.sleep(0.02)
        return True

    def close(self) -> None:
        """Let go of our descriptor. Children that inherited it keep the lock."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None
