"""How the answer to each kind of question is read. A reader never fails: what it cannot read stays as typed, and is
flagged."""

from collections.abc import Callable
from typing import Any

from app.enrichment.companies import plain_name
from app.enrichment.letters import as_latin, clean_text, fold, mend, one_line
from app.enrichment.numbers import read_lower_bound, read_number, read_truth
from app.enrichment.phones import read_phone
from app.enrichment.places import find_place, find_subdivision
from app.enrichment.postal import read_postal_code
from app.enrichment.reading import Question, Reading

LOOK_ALIKE = "look-alike-letters"
_MOST_CHOSEN = 100

Reader = Callable[[Reading, Question, Any], None]


def reader_of(question: Question) -> Reader:
    """By the question's type; questions that are plain text are read by what their name says they ask."""
    if question.type in _BY_TYPE:
        return _BY_TYPE[question.type]
    return _BY_NAME.get(question.name, _read_text)


def conclude_from_choice(reading: Reading, question: Question) -> None:
    """A choice among states or regions says the subdivision too, where it names one."""
    if question.type == "choice" and question.name in _SUBDIVISION_NAMES:
        place = find_subdivision(reading.text(question.name) or "", reading.text("country"))
        if place:
            reading.conclude("subdivision", place.subdivision)


def _text_of(reading: Reading, question: Question, typed: Any) -> str | None:
    """Clean text with mixed-script words mended; flags what was neither text nor nothing."""
    text = clean_text(typed)
    if text is None:
        if not isinstance(typed, str):
            reading.flag(question.name, "unreadable")
        return None
    mended = mend(text)
    if mended != text:
        reading.flag(question.name, LOOK_ALIKE)
    return mended


def _read_text(reading: Reading, question: Question, typed: Any) -> None:
    text = _text_of(reading, question, typed)
    reading.facts[question.name] = one_line(text) if text and question.type != "textarea" else text


def _read_company(reading: Reading, question: Question, typed: Any) -> None:
    _read_text(reading, question, typed)
    name = reading.text(question.name)
    if name:
        reading.conclude("company", name)
        reading.facts["company_plain"] = plain_name(name)


def _read_choice(reading: Reading, question: Question, typed: Any) -> None:
    if isinstance(typed, list):
        chosen = [c for c in (_choose(reading, question, each) for each in typed[:_MOST_CHOSEN]) if c]
        reading.facts[question.name] = list(dict.fromkeys(chosen)) or None
        return
    reading.facts[question.name] = _choose(reading, question, typed)
    conclude_from_choice(reading, question)


def _choose(reading: Reading, question: Question, typed: Any) -> str | None:
    """The choice that was meant: case, accents, blanks and look-alike letters do not count."""
    text = clean_text(typed)
    if text is None or text in question.choices:
        if text is None:
            reading.flag(question.name, "not-a-choice")
        return text
    choices = {fold(choice): choice for choice in question.choices}
    if fold(text) in choices:
        return choices[fold(text)]
    found = choices.get(fold(as_latin(text)))
    reading.flag(question.name, LOOK_ALIKE if found else "not-a-choice")
    return found or text


def _read_range(reading: Reading, question: Question, typed: Any) -> None:
    """`201-500` and `501+` compare by their lower bound."""
    text = clean_text(typed)
    lower = read_lower_bound(text)
    if lower is None:
        reading.flag(question.name, "not-a-number")
    elif question.choices and text not in question.choices:
        reading.flag(question.name, "not-a-choice")
    reading.facts[question.name] = text if lower is None else lower


def _read_number(reading: Reading, question: Question, typed: Any) -> None:
    number = read_number(typed)
    if number is None:
        reading.flag(question.name, "not-a-number")
    reading.facts[question.name] = clean_text(typed) if number is None else number


def _read_size(reading: Reading, question: Question, typed: Any) -> None:
    _read_range(reading, question, typed)
    lower = reading.facts[question.name]
    if isinstance(lower, int):
        reading.conclude("employees", lower)


def _read_country(reading: Reading, question: Question, typed: Any) -> None:
    text = clean_text(typed)
    place = find_place(text) if text else None
    if place is None:
        reading.flag(question.name, "unknown-country")
        reading.facts[question.name] = text
        return
    if place.looked_alike:
        reading.flag(question.name, LOOK_ALIKE)
    reading.facts[question.name] = place.country
    reading.conclude("country", place.country)
    if place.subdivision:
        reading.conclude("subdivision", place.subdivision)


def _read_subdivision(reading: Reading, question: Question, typed: Any) -> None:
    """The field keeps its text unless it is called `subdivision`; that fact is the code."""
    text = _text_of(reading, question, typed)
    reading.facts[question.name] = text
    place = find_subdivision(text, reading.text("country")) if text else None
    if place is None:
        if text and reading.text("country"):
            reading.flag(question.name, "unknown-subdivision")
        return
    if question.name == "subdivision":
        reading.facts["subdivision"] = place.subdivision
    if place.looked_alike:
        reading.flag(question.name, LOOK_ALIKE)
    reading.conclude("subdivision", place.subdivision)
    reading.conclude("country", place.country)


def _read_postal_code(reading: Reading, question: Question, typed: Any) -> None:
    text = clean_text(typed)
    if text is None:
        reading.facts[question.name] = None
        return
    code, is_plausible = read_postal_code(text, reading.text("country"))
    reading.facts[question.name] = code
    reading.conclude("postal_code", code)
    if is_plausible is not None:
        reading.facts["postal_code_is_plausible"] = is_plausible
    if is_plausible is False:
        reading.flag(question.name, "implausible-postal-code")


def _read_phone(reading: Reading, question: Question, typed: Any) -> None:
    text = clean_text(typed)
    number, country = read_phone(text or "", reading.text("country") or "")
    if number is None:
        reading.flag(question.name, "not-a-phone-number")
    reading.facts[question.name] = number or text
    if country:
        reading.facts["phone_country"] = country


def _read_checkbox(reading: Reading, question: Question, typed: Any) -> None:
    truth = read_truth(typed)
    if truth is None:
        reading.flag(question.name, "not-yes-or-no")
    reading.facts[question.name] = truth


_BY_TYPE: dict[str, Reader] = {
    "choice": _read_choice,
    "range": _read_range,
    "number": _read_number,
    "country": _read_country,
    "tel": _read_phone,
    "checkbox": _read_checkbox,
    "textarea": _read_text,
}
_SUBDIVISION_NAMES = frozenset(["subdivision", "state", "province", "region", "county", "bundesland"])
_BY_NAME: dict[str, Reader] = {
    **dict.fromkeys(_SUBDIVISION_NAMES, _read_subdivision),
    **dict.fromkeys(("postal_code", "postcode", "zip", "zip_code", "zipcode", "plz"), _read_postal_code),
    **dict.fromkeys(("company", "company_name", "organization", "organisation"), _read_company),
    **dict.fromkeys(("employees", "company_size", "headcount"), _read_size),
    **dict.fromkeys(("country", "country_code"), _read_country),
    **dict.fromkeys(("phone", "telephone", "mobile", "phone_number"), _read_phone),
}
