"""A subject that is read as it was written.

The standard library doubles a blank where it folds a line before an encoded word.
"""

from email.header import Header
from email.headerregistry import HeaderRegistry, UniqueUnstructuredHeader
from email.policy import Policy, default

_LINE = 76
"""The longest line that holds an encoded word (RFC 2047, section 2)."""


class _Subject(UniqueUnstructuredHeader):
    """Folded as encoded words all through, where anything in it must be encoded; blanks between those mean nothing."""

    name: str

    def fold(self, *, policy: Policy) -> str:
        """The header's lines, the last one ended as well."""
        text = str(self)
        if text.isascii():
            folded: str = super().fold(policy=policy)  # type: ignore[misc]
            return folded
        words = Header(text, "utf-8", header_name=self.name, maxlinelen=_LINE)
        return f"{self.name}: {words.encode(linesep=policy.linesep)}{policy.linesep}"


# the registry adds the base class that it asks for
_registry = HeaderRegistry()
_registry.map_to_type("subject", _Subject)  # type: ignore[arg-type]

POLICY = default.clone(header_factory=_registry)
"""How our messages are written."""
