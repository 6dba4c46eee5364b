"""What every test may ask for."""

pytest_plugins = [
    "tests.fixtures.queries",
    "tests.fixtures.company",
    "tests.fixtures.postgres",
    "tests.fixtures.google",
    "tests.fixtures.microsoft",
    "tests.fixtures.radicale",
    "tests.fixtures.mail_server",
    "tests.fixtures.outside",
    "tests.fixtures.product",
]
