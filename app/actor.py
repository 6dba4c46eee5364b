"""Who does something: a signed-in person, an API key, or the system itself. Goes into audit entries."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """`name` is a public id (`user_…`, `key_…`, `rep_…`) or a word such as `system`; `user_id` the user's row."""

    name: str
    user_id: int | None = None


SYSTEM = Actor("system")
COMMAND_LINE = Actor("command-line")
