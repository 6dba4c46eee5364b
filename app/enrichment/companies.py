"""Names of companies: without the legal form, and as they are compared."""

import unicodedata

from cleanco import basename

from app.enrichment.letters import as_latin, fold, one_line

_LONGEST = 200
_ENOUGH = 3


def plain_name(company: str) -> str:
    """`Globex GmbH & Co. KG` is `Globex`; a name that is nothing but a legal form stays."""
    name = one_line(unicodedata.normalize("NFKC", company[:_LONGEST]))
    return str(basename(name)) or name


def name_key(company: str) -> str:
    """What two spellings of one company have in common: no legal form, case, accents, blanks or punctuation, and
    Latin letters for those that only look like them."""
    return fold(as_latin(plain_name(company)))


def name_start(company: str) -> str | None:
    """How an account's name must begin to be looked at as the same company: its first word's first letters, lower
    case; None when the name is too short to say anything."""
    name = as_latin(plain_name(company)).casefold()
    start = name[:_ENOUGH]
    return start if len(fold(start)) == _ENOUGH else None
