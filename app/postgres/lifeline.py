"""Children that the kernel ends when their parent dies, however it dies (Linux only)."""

import ctypes
import os
import sys
from collections.abc import Callable
from signal import Signals

PR_SET_PDEATHSIG = 1


def die_with_parent(how: Signals) -> Callable[[], None] | None:
    """Return a `preexec_fn` that has the kernel send `how` when the thread that started the child dies.

    None where the kernel cannot. Start such children from the main thread. Everything the hook needs is looked up
    before the fork: between fork and exec it calls nothing but prctl and getppid.
    """
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    prctl, parent, number = libc.prctl, os.getpid(), int(how)

    def hook() -> None:
        prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:  # the parent died before the kernel knew: nobody would tell the child
            os._exit(1)

    return hook
