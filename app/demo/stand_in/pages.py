"""The stand-ins' few pages for people."""

from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

_pages = Environment(
    loader=PackageLoader("app.demo.stand_in"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Account:
    """An account as a list shows it."""

    email: str
    name: str


def render(template: str, **values: object) -> str:
    """A page of this package."""
    return _pages.get_template(template).render(**values)


def render_accounts(service: str, accounts: Sequence[Account]) -> str:
    """The list of accounts, each leading to its calendar at `/calendar/<email>`."""
    return render("accounts.html", service=service, accounts=accounts)


def render_message(service: str, title: str, text: str) -> str:
    """A plain page that says one thing."""
    return render("message.html", service=service, title=title, text=text)


def render_consent(
    service: str, *, product: str, accounts: Sequence[Account], chosen: str | None, scopes: dict[str, str]
) -> str:
    """The sign-in page: pick an account, see what is asked for (scope to words), allow or refuse.

    It posts `account`, `decision` (`allow` or `deny`) and the ticked `scope`s to its own address, query included.
    """
    return render(
        "consent.html", service=service, product=product, accounts=accounts, chosen=chosen, scopes=scopes
    )
