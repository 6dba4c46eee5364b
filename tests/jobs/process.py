"""`python -m tests.jobs.process`: a worker as in production, but quick to notice things."""

from app.factory import create_app
from app.jobs.worker import Pace, run_worker

QUICK = Pace(
    heartbeat=0.3, stalled_after=1.5, poll=0.2, grace=3, closing=1, connecting=2, rescue="* * * * * */1"
)

if __name__ == "__main__":
    run_worker(create_app(), pace=QUICK)
