"""Reading answers: what was typed becomes typed facts; what cannot be read is kept as typed and flagged."""

import re
from collections.abc import Mapping
from typing import Any

from app.enrichment.addresses import company_domain, is_disposable, is_free_mail, read_email
from app.enrichment.letters import clean_text
from app.enrichment.readers import reader_of
from app.enrichment.reading import Fact, Question, Reading
from app.errors import FieldError, Invalid
from routing.computed import COMPUTED

__all__ = ["Fact", "Question", "Reading", "read_answers"]

MOST_ANSWERS = 100
_FREE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_OURS = frozenset(
    [
        "email",
        "email_domain",
        "company_domain",
        "is_free_mail",
        "is_disposable",
        "company_plain",
        "phone_country",
        "territory",
        "today",
        "form",
        "postal_code_is_plausible",
    ]
).union(COMPUTED)
"""Facts that we work out. Nobody who fills in a form can claim them, nor those of accounts (`account.owner`)."""

_FIRST = {"country": 0, "subdivision": 1, "state": 1, "province": 1}


def read_answers(questions: tuple[Question, ...], answers: Mapping[str, Any]) -> Reading:
    """Facts from answers. Raises Invalid only when there is no usable e-mail address to answer to."""
    by_name = {question.name: question for question in questions}
    reading = Reading(_email(questions, answers))
    for name in _in_order(by_name, answers):
        _read_one(reading, by_name.get(name), name, answers[name])
    reading.facts |= _of_address(reading.email)
    for question in questions:
        if question.required and reading.facts.get(question.name) is None and question.type != "email":
            reading.flag(question.name, "missing")
    return reading


def _email(questions: tuple[Question, ...], answers: Mapping[str, Any]) -> str:
    name = next((question.name for question in questions if question.type == "email"), "email")
    email = read_email(answers.get(name))
    if email is None:
        raise Invalid([FieldError(name, "email", "Enter an e-mail address we can write to")])
    return email


def _of_address(email: str) -> dict[str, Fact]:
    domain = email.rpartition("@")[2]
    return {
        "email": email,
        "email_domain": domain,
        "company_domain": company_domain(domain),
        "is_free_mail": is_free_mail(email),
        "is_disposable": is_disposable(email),
    }


def _in_order(by_name: Mapping[str, Question], answers: Mapping[str, Any]) -> list[str]:
    """What others are read by comes first: telephone numbers, postal codes and states are those of a country."""

    def rank(name: str) -> int:
        asked = by_name.get(name)
        return 0 if asked and asked.type == "country" else _FIRST.get(name, 2)

    names = [name for name in answers if name in by_name]
    return sorted(names, key=rank) + [name for name in answers if name not in by_name]


def _read_one(reading: Reading, question: Question | None, name: str, typed: Any) -> None:
    if question is None:
        _keep_unknown(reading, name, typed)
    elif question.type != "email" and typed is not None and typed != "":
        reader_of(question)(reading, question, typed)


def _keep_unknown(reading: Reading, name: str, typed: Any) -> None:
    """What no question asked is kept as a fact under its own name, up to a limit."""
    if len(reading.facts) >= 2 * MOST_ANSWERS or len(reading.flags) >= 2 * MOST_ANSWERS:
        return
    reading.flag(name, "unknown-field")
    if _FREE_NAME.fullmatch(name) and name not in _OURS:
        reading.conclude(name, clean_text(typed))
