"""Whatever breaks in between: nobody is booked twice, nothing acknowledged is lost, and no entry lies."""

import os
import time
from collections import Counter

import pytest

from app.postgres import EmbeddedPostgres
from tests.chaos.checker import Story, faults_of
from tests.chaos.havoc import Havoc
from tests.chaos.prospects import Prospects
from tests.chaos.reps import BusyRep
from tests.chaos.witness import look, settle
from tests.fixtures.product import Product

SEED = int(os.environ.get("SEED", "1"))
SECONDS = float(os.environ.get("SECONDS", "60"))

pytestmark = pytest.mark.server


def test_after_everything_broke_database_calendars_and_mailboxes_tell_one_story(
    product: Product, postgres: EmbeddedPostgres
) -> None:
    print(f"\nseed {SEED}, {SECONDS:.0f} s")
    product.connect("rosa@acme.test", "microsoft")
    prospects, rep = Prospects(product, SEED), BusyRep(product, SEED)
    havoc = Havoc(product, postgres, SEED)
    havoc.start()
    prospects.start(4)
    rep.start()
    try:
        time.sleep(SECONDS)
        rep.stop()
        prospects.stop()
        havoc.calm()
        settle(product)
        addresses = {promise.email for promise in prospects.promises}
        story = look(product, addresses, rep.edited)
        found = faults_of(story, prospects.promises)
    finally:
        rep.stop()
        prospects.stop()
        havoc.end()
    cancelled = sum(promise.is_cancelled for promise in prospects.promises)
    print(
        f"{len(prospects.promises)} meetings acknowledged, {cancelled} cancelled, {prospects.moved} moved,"
        f" {prospects.refused} refused, {prospects.silent} without an answer; the rep moved {rep.moved} and"
        f" deleted {rep.deleted}; entries {_places(story)}; {havoc.heard()} messages of changes heard;"
        f" {_twice(story)} mails came twice;"
        f" {dict(havoc.happened)}"
    )
    assert prospects.promises
    assert found == []
    product.run("-m", "app.cli.main", "ledger", "verify")
    product.run("-m", "app.cli.main", "decisions", "verify")


def _places(story: Story) -> dict[str, int]:
    return dict(Counter(str(row.provider) for row in story.meetings.values() if row.stands))


def _twice(story: Story) -> int:
    """Mails that were handed over again, because their worker died before it noted that they were sent."""
    ours = [
        Counter(each.message_id for each in letters if each.is_ours) for letters in story.mailboxes.values()
    ]
    return sum(count - 1 for counts in ours for count in counts.values())
