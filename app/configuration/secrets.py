"""The addresses and keys that the document names but never holds: `SECRET_<NAME>` in the environment, or in a file."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from app.errors import FieldError, Invalid

_ODD = re.compile(r"[^A-Z0-9]")
_RESERVED = {"SECRET_KEY"}
_LONGEST = 2_000


def variable_of(name: str) -> str:
    """`remy-feed` is looked for in `SECRET_REMY_FEED`."""
    return "SECRET_" + _ODD.sub("_", name.upper())


def find_secret(name: str, environment: Mapping[str, str] | None = None) -> str | None:
    """The address behind a secret's name: `SECRET_<NAME>`, or the content of the file `SECRET_<NAME>_FILE` names.

    None when nobody set either. Raises Invalid when what is there is no address, without repeating it.
    """
    variable = variable_of(name)
    value = _find(variable, environment)
    if value is None:
        return None
    address = value.strip()
    if address.startswith("webcal://"):
        address = "https://" + address.removeprefix("webcal://")
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or len(address) > _LONGEST:
        raise Invalid([FieldError(variable, "invalid-link", f"{variable} holds no http or https address")])
    return address


def find_key(name: str, environment: Mapping[str, str] | None = None) -> str | None:
    """The key behind a secret's name, looked for in the same places: one line of printable ASCII.

    None when nobody set it. Raises Invalid when what is there cannot be sent as a key, without repeating it.
    """
    variable = variable_of(name)
    value = (_find(variable, environment) or "").strip()
    if not (value.isascii() and value.isprintable()) or len(value) > _LONGEST:
        raise Invalid([FieldError(variable, "invalid", f"{variable} holds no key")])
    return value or None


def _find(variable: str, environment: Mapping[str, str] | None) -> str | None:
    environment = os.environ if environment is None else environment
    if variable in _RESERVED or variable.removesuffix("_FILE") in _RESERVED:
        raise Invalid(
            [FieldError(variable, "invalid", f"{variable} is a setting of ours; choose another name")]
        )
    return environment.get(variable) or _from_file(variable, environment.get(f"{variable}_FILE"))


def _from_file(variable: str, path: str | None) -> str | None:
    if not path:
        return None
    try:
        return Path(path).read_text()
    except OSError as error:
        raise Invalid(
            [FieldError(f"{variable}_FILE", "invalid", error.strerror or "cannot be read")]
        ) from None
