"""When regular work is due, also after the clock was set back."""

from collections.abc import Iterable

from procrastinate.periodic import PeriodicDeferrer, TaskAtTime


class SteadyDeferrer(PeriodicDeferrer):
    """Starts regular work by what the clock says now.

    The library goes on from the last minute that it started something for. When the clock is set back by an hour, as
    happens after a machine woke up with a wrong one, nothing regular would be done for an hour, and nobody would see
    it. Work that is started for a minute once more does no harm: every task may run twice.
    """

    def get_previous_tasks(self, at: float) -> Iterable[TaskAtTime]:
        """What is due at `at` (seconds since the epoch) and was not started yet, each with the time it was due."""
        for key in [key for key, last in self.last_defers.items() if last > at]:
            del self.last_defers[key]
        return super().get_previous_tasks(at)
