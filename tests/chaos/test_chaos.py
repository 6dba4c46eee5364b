"""Whatever breaks in between: nobody is booked twice, nothing acknowledged is lost, and no entry lies."""

import os
import time

import pytest

from app.postgres import EmbeddedPostgres
from tests.chaos.checker import faults_of, settle
from tests.chaos.havoc import Havoc
from tests.chaos.prospects import Prospects
from tests.fixtures.product import Product

SEED = int(os.environ.get("SEED", "1"))
SECONDS = float(os.environ.get("SECONDS", "60"))

pytestmark = pytest.mark.server


def test_after_everything_broke_database_calendars_and_mailboxes_tell_one_story(
    product: Product, postgres: EmbeddedPostgres
) -> None:
    product.connect("rosa@acme.test", "microsoft")
    prospects = Prospects(product, SEED)
    havoc = Havoc(product, postgres.url_of("postgres", superuser=True).replace("+psycopg", ""), SEED)
    prospects.start(4)
    havoc.start()
    try:
        time.sleep(SECONDS)
        prospects.stop()
        havoc.calm()
        settle(product)
        found = faults_of(product, prospects.promises)
    finally:
        prospects.stop()
        havoc.end()
    cancelled = sum(promise.is_cancelled for promise in prospects.promises)
    print(
        f"\nseed {SEED}, {SECONDS:.0f} s: {len(prospects.promises)} meetings acknowledged, {cancelled} cancelled,"
        f" {prospects.refused} refused, {prospects.silent} without an answer; {dict(havoc.happened)}"
    )
    assert prospects.promises
    assert found == []
    product.run("-m", "app.cli.main", "ledger", "verify")
    product.run("-m", "app.cli.main", "decisions", "verify")
