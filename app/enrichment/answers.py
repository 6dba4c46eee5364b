"""Reading answers: what was typed becomes typed facts; what cannot be read is kept as typed and flagged."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.enrichment import places
from app.enrichment.addresses import is_free_mail, read_email
from app.errors import FieldError, Invalid

Fact = str | int | float | bool | list[str] | None
MOST_ANSWERS = 100
LONGEST_ANSWER = 5000


@dataclass(frozen=True, slots=True)
class Question:
    """What a form asks, as far as reading the answer goes."""

    name: str
    type: str
    required: bool
    choices: tuple[str, ...] = ()


@dataclass(slots=True)
class Reading:
    """Facts read from answers. `flags` are `{field, code}`: worth a person's look, no reason to refuse."""

    email: str
    facts: dict[str, Fact] = field(default_factory=dict)
    flags: list[dict[str, str]] = field(default_factory=list)

    def flag(self, name: str, code: str) -> None:
        """Note that an answer is kept but not trusted."""
        self.flags.append({"field": name, "code": code})


def read_answers(questions: tuple[Question, ...], answers: Mapping[str, Any]) -> Reading:
    """Facts from answers. Raises Invalid only when there is no usable e-mail address to answer to."""
    by_name = {question.name: question for question in questions}
    typed_email = next((answers.get(q.name) for q in questions if q.type == "email"), answers.get("email"))
    email = read_email(typed_email)
    if email is None:
        name = next((q.name for q in questions if q.type == "email"), "email")
        raise Invalid([FieldError(name, "email", "Enter an e-mail address we can write to")])
    reading = Reading(email)
    reading.facts |= {
        "email": email,
        "email_domain": email.rpartition("@")[2],
        "is_free_mail": is_free_mail(email),
    }
    # the country first: a telephone number and a postal code are read by it
    for name in sorted(answers, key=lambda name: not (name in by_name and by_name[name].type == "country")):
        _read_one(reading, by_name.get(name), name, answers[name])
    for question in questions:
        if question.required and reading.facts.get(question.name) is None:
            reading.flag(question.name, "missing")
    return reading


def _read_one(reading: Reading, question: Question | None, name: str, typed: Any) -> None:
    if question is None:
        reading.flag(name, "unknown-field")
        reading.facts.setdefault(name, clean_text(typed))
        return
    if question.type == "email" or typed is None or typed == "":
        return
    reader = _READERS.get(question.type, _read_text)
    reader(reading, question, typed)


def clean_text(typed: Any) -> str | None:
    """Text in one normal form (NFKC), trimmed, without control characters; None for nothing or no text."""
    if isinstance(typed, bool) or not isinstance(typed, str | int | float):
        return None
    text = unicodedata.normalize("NFKC", str(typed))
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c)[0] != "C").strip()
    return text[:LONGEST_ANSWER] or None


def _read_text(reading: Reading, question: Question, typed: Any) -> None:
    text = clean_text(typed)
    if text is None:
        reading.flag(question.name, "unreadable")
    reading.facts[question.name] = text


def _read_choice(reading: Reading, question: Question, typed: Any) -> None:
    text = clean_text(typed)
    if text not in question.choices:
        reading.flag(question.name, "not-a-choice")
    reading.facts[question.name] = text


def _read_range(reading: Reading, question: Question, typed: Any) -> None:
    """`201-500` and `501+` compare by their lower bound."""
    text = clean_text(typed) or ""
    digits = text.replace(",", "").replace(" ", "").rstrip("+").split("-")[0].split("–")[0]
    if not digits.isdecimal() or len(digits) > 12:
        reading.flag(question.name, "not-a-number")
        reading.facts[question.name] = text or None
        return
    if question.choices and text not in question.choices:
        reading.flag(question.name, "not-a-choice")
    reading.facts[question.name] = int(digits)


def _read_number(reading: Reading, question: Question, typed: Any) -> None:
    text = (clean_text(typed) or "").replace(" ", "")
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not abs(number) <= 1e15:  # not-a-number compares with nothing
        reading.flag(question.name, "not-a-number")
        reading.facts[question.name] = text or None
        return
    reading.facts[question.name] = int(number) if number.is_integer() else number


def _read_country(reading: Reading, question: Question, typed: Any) -> None:
    text = clean_text(typed) or ""
    country, looked_alike = places.find_country(text)
    if country is None:
        reading.flag(question.name, "unknown-country")
    elif looked_alike:
        reading.flag(question.name, "look-alike-letters")
    reading.facts[question.name] = country or text or None


def _read_phone(reading: Reading, question: Question, typed: Any) -> None:
    text = clean_text(typed) or ""
    number, country = places.read_phone(text, str(reading.facts.get("country") or ""))
    if number is None:
        reading.flag(question.name, "not-a-phone-number")
    reading.facts[question.name] = number or text or None
    if country:
        reading.facts["phone_country"] = country


def _read_checkbox(reading: Reading, question: Question, typed: Any) -> None:
    reading.facts[question.name] = typed in (True, "true", "on", "yes", "1", 1)


_READERS: dict[str, Callable[[Reading, Question, Any], None]] = {
    "choice": _read_choice,
    "range": _read_range,
    "number": _read_number,
    "country": _read_country,
    "tel": _read_phone,
    "checkbox": _read_checkbox,
}
