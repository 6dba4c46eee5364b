"""Owners of calendars that we are connected to."""

import threading
from urllib.parse import urlsplit

import pytest

from app.services import services
from app.usecases.connect_caldav import connect_caldav
from tests.faults.owner_caldav import CalDavOwner
from tests.faults.owners import GoogleOwner, MicrosoftOwner, Owner
from tests.fixtures.outside import REMY, ROSA, Outside, rep_of
from tests.fixtures.radicale import Radicale


@pytest.fixture
def owner(outside: Outside, radicale: Radicale, service: str) -> Owner:
    """Somebody with an empty calendar that we are connected to."""
    if service == "caldav":
        where = urlsplit(radicale.relay.url)
        shared = services()
        shared.settings.__dict__["allowed_addresses"] = shared.settings.allowed_addresses | {
            (str(where.hostname), int(where.port or 0))
        }
        shared._local = threading.local()
        person = radicale.add_person()
        connect_caldav(rep_of(REMY).id, f"{radicale.relay.url}/", person.name, person.password)
        return CalDavOwner(person)
    if service == "google":
        outside.connect(REMY)
        return GoogleOwner(outside.google)
    outside.connect(ROSA)
    return MicrosoftOwner(outside.microsoft)
