"""What every test may ask for."""

import os

from calendars.zones import pin_zone_data

# as the application does at start: the rules of the installed package, not of the machine
pin_zone_data()

# `make chaos` asks for it: it takes minutes, and breaks things at random
collect_ignore = [] if os.environ.get("CHAOS") else ["chaos"]

pytest_plugins = [
    "tests.fixtures.queries",
    "tests.fixtures.company",
    "tests.fixtures.postgres",
    "tests.fixtures.google",
    "tests.fixtures.microsoft",
    "tests.fixtures.radicale",
    "tests.fixtures.feed_site",
    "tests.fixtures.mail_server",
    "tests.fixtures.outside",
    "tests.fixtures.product",
]
