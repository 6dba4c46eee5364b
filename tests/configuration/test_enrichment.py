"""The enrichment section: what it leaves to the code that asks."""

import pytest

from app.configuration import enrichment
from app.configuration.document import read_document
from app.configuration.lint import lint_routers
from app.configuration.secrets import find_key
from app.enrichment.providers import base, http
from app.errors import Invalid
from tests.configuration.sample import sample_document


def test_the_document_and_the_asking_know_the_same_placeholders_and_preferences() -> None:
    assert enrichment.PLACEHOLDERS == http.PLACEHOLDERS
    assert [str(each) for each in enrichment.Prefer] == [str(each) for each in base.Prefer]


def test_a_key_is_found_by_its_secrets_name() -> None:
    assert find_key("company-facts-key", {"SECRET_COMPANY_FACTS_KEY": " abc \n"}) == "abc"
    assert find_key("company-facts-key", {}) is None


def test_a_key_that_would_break_a_header_is_refused_without_repeating_it() -> None:
    with pytest.raises(Invalid) as refused:
        find_key("k", {"SECRET_K": "abc\r\nX-Evil: 1"})
    assert "Evil" not in str(refused.value.errors)


@pytest.mark.parametrize(
    ("field", "is_known"), [("crm.stage", True), ("account.match", True), ("crm.mood", False)]
)
def test_a_rule_may_ask_for_what_providers_fill(field: str, is_known: bool) -> None:
    state = read_document(sample_document()).state
    state["routers"]["inbound"]["rules"][0]["when"] = {"field": field, "op": "exists"}
    _, warnings = lint_routers(state, ["inbound"], {}, "2026-11-20")
    assert any(field in warning.message for warning in warnings) is not is_known
