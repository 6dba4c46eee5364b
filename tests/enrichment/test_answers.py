"""What was typed becomes facts; nothing anybody types can make that fail, and nobody can claim what we work out."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.enrichment.addresses import company_domain
from app.enrichment.answers import Question, Reading, read_answers
from app.enrichment.companies import name_key, plain_name
from app.errors import Invalid
from routing.facts import Facts

TYPES = ("text", "textarea", "tel", "country", "choice", "range", "number", "checkbox", "hidden")
NAMES = ("company", "state", "subdivision", "postal_code", "employees", "phone", "name", "today")
QUESTIONS = (
    Question("email", "email", True),
    *(Question(f"a_{kind}", kind, True, ("Sales", "51-200", "501+")) for kind in TYPES),
    *(Question(name, "text", False) for name in NAMES),
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


def read(*questions: Question, **answers: Any) -> Reading:
    return read_answers(
        (Question("email", "email", True), *questions), {"email": "priya@globex.co.uk", **answers}
    )


def flags(reading: Reading) -> set[tuple[str, str]]:
    return {(flag["field"], flag["code"]) for flag in reading.flags}


@given(
    st.dictionaries(
        st.sampled_from([q.name for q in QUESTIONS[1:]]) | st.text(max_size=12), ANYTHING, max_size=12
    )
)
@settings(max_examples=150, deadline=None)
def test_no_answers_of_any_type_can_make_reading_fail(answers: dict[str, Any]) -> None:
    reading = read_answers(QUESTIONS, {**answers, "email": "priya@globex.test"})
    facts = Facts.from_json(reading.facts)
    assert facts.get("email") == "priya@globex.test"
    assert "" not in reading.facts.values()
    assert all("\x00" not in str(value) for value in reading.facts.values())


@pytest.mark.parametrize(
    "filling", ["9", "a", "е", "e\u0301", "\u0301\u0323", "1.", "- ", "Inc. ", "\ufdfa", "\x00"]
)
def test_an_answer_of_fifty_thousand_characters_is_read_in_no_time(filling: str) -> None:
    long = (filling * 50_000)[:50_000]
    read(*QUESTIONS[1:])  # the lists of names are read once
    began = time.perf_counter()
    read(*QUESTIONS[1:], **{question.name: long for question in QUESTIONS[1:]})
    assert time.perf_counter() - began < 2


def test_an_address_says_its_domain_and_the_companys() -> None:
    facts = read_answers(QUESTIONS[:1], {"email": "Priya@Mail.Globex.co.uk"}).facts
    assert facts["email_domain"] == "mail.globex.co.uk"
    assert facts["company_domain"] == "globex.co.uk"
    assert facts["is_free_mail"] is False
    assert facts["is_disposable"] is False


@pytest.mark.parametrize(
    ("domain", "registered"),
    [
        ("a.b.globex.com", "globex.com"),
        ("acme.github.io", "acme.github.io"),
        ("mail.acme.test", "acme.test"),
        ("co.uk", None),
        ("xn--bcher-kva.example.de", "example.de"),
    ],
)
def test_a_company_is_known_by_what_it_registered(domain: str, registered: str | None) -> None:
    assert company_domain(domain) == registered


@pytest.mark.parametrize(
    ("email", "is_free", "is_disposable"),
    [
        ("a@gmail.com", True, False),
        ("a@mailinator.com", True, True),
        ("a@x.mailinator.com", True, True),
        ("a@globex.com", False, False),
    ],
)
def test_mail_services_are_told_from_companies(email: str, is_free: bool, is_disposable: bool) -> None:
    facts = read_answers(QUESTIONS[:1], {"email": email}).facts
    assert (facts["is_free_mail"], facts["is_disposable"]) == (is_free, is_disposable)


def test_an_unusable_address_is_the_one_thing_refused() -> None:
    with pytest.raises(Invalid):
        read_answers(QUESTIONS[:1], {"email": "priya@"})


@pytest.mark.parametrize(
    "name",
    [
        "account.owner",
        "territory",
        "is_free_mail",
        "company_domain",
        "today",
        "account.confidence",
        "crm.stage",
    ],
)
def test_nobody_can_claim_a_fact_that_we_work_out(name: str) -> None:
    assert "claimed" not in read(**{name: "claimed"}).facts.values()


def test_look_alike_letters_are_folded_and_flagged() -> None:
    reading = read(
        Question("country", "country", True),
        Question("team", "choice", True, ("Sales", "Support")),
        Question("industry", "text", False),
        country="Gеrmany",
        team="Sаles",
        industry="Hеalthcare",
    )
    assert [reading.facts[name] for name in ("country", "team", "industry")] == ["DE", "Sales", "Healthcare"]
    assert flags(reading) == {(name, "look-alike-letters") for name in ("country", "team", "industry")}


def test_words_of_another_script_stay_as_they_are() -> None:
    reading = read(Question("city", "text", False), city="Москва")
    assert reading.facts["city"] == "Москва"
    assert reading.flags == []


def test_the_country_reads_what_depends_on_it_whatever_the_order() -> None:
    reading = read(
        Question("phone", "tel", False),
        Question("postal_code", "text", False),
        Question("state", "text", False),
        Question("country", "country", False),
        phone="(650) 253-0000",
        postal_code="941101234",
        state="calif",
        country="United States",
    )
    facts = reading.facts
    assert (facts["phone"], facts["phone_country"]) == ("+16502530000", "US")
    assert (facts["postal_code"], facts["postal_code_is_plausible"]) == ("94110-1234", True)
    assert (facts["state"], facts["subdivision"]) == ("calif", "US-CA")
    assert reading.flags == []


def test_a_state_typed_as_the_country_is_both() -> None:
    facts = read(Question("country", "country", True), country="California").facts
    assert (facts["country"], facts["subdivision"]) == ("US", "US-CA")


def test_an_implausible_postal_code_is_kept_and_flagged() -> None:
    reading = read(
        Question("country", "country", True), Question("zip", "text", True), country="DE", zip="1234"
    )
    assert (reading.facts["zip"], reading.facts["postal_code"]) == ("1234", "1234")
    assert reading.facts["postal_code_is_plausible"] is False
    assert flags(reading) == {("zip", "implausible-postal-code")}


def test_missing_is_missing_and_not_blank() -> None:
    reading = read(Question("name", "text", True), Question("title", "text", False), name="   ", title="")
    assert reading.facts.get("name") is None
    assert reading.facts.get("title") is None
    assert flags(reading) == {("name", "missing")}


def test_names_are_trimmed_and_in_one_normal_form() -> None:
    facts = read(Question("name", "text", True), name="  Ｐriya \n  Patel\x00 ").facts
    assert facts["name"] == "Priya Patel"


def test_several_choices_are_all_kept() -> None:
    reading = read(Question("product", "choice", True, ("CRM", "ERP")), product=["crm", "ERP", "erp"])
    assert reading.facts["product"] == ["CRM", "ERP"]


@pytest.mark.parametrize(
    ("typed", "plain"),
    [("Globex GmbH & Co. KG", "Globex"), ("ACME, Inc.", "ACME"), ("Foo S.p.A.", "Foo"), ("Ltd", "Ltd")],
)
def test_a_company_goes_by_its_name_without_the_legal_form(typed: str, plain: str) -> None:
    assert plain_name(typed) == plain
    assert read(Question("company", "text", True), company=typed).facts["company_plain"] == plain


def test_two_spellings_of_a_company_have_one_key() -> None:
    assert name_key("GLOBEX, Inc.") == name_key("Glоbex GmbH") == "globex"
