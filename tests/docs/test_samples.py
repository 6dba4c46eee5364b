"""Samples in the pages are valid: configuration, JSON, submissions."""

import json

import pytest

from app.configuration.checks import Checker
from app.configuration.document import COLLECTIONS, read_document
from app.configuration.lint import lint_routers
from app.configuration.text import read_yaml
from tests.docs.pages import Page, all_pages, page
from widget.shapes import NewRequest


def yaml_blocks() -> list[tuple[Page, str]]:
    return [(here, block) for here in all_pages() for block in here.blocks("yaml")]


@pytest.mark.parametrize(("here", "block"), yaml_blocks(), ids=lambda each: getattr(each, "name", ""))
def test_every_piece_of_configuration_is_valid(here: Page, block: str) -> None:
    assert read_document(read_yaml(block)).state


def test_the_whole_sample_document_could_be_applied() -> None:
    [block] = [b for b in page("reference/configuration-document.md").blocks("yaml") if "version: 1" in b]
    document = read_document(read_yaml(block))
    assert document.state.keys() == COLLECTIONS.keys()
    assert Checker(document.state, document.places).errors() == []
    errors, _ = lint_routers(document.state, document.state["routers"], document.places, "2026-11-20")
    assert errors == []


def test_the_reference_names_every_part_of_the_document() -> None:
    here = page("reference/configuration-document.md")
    for name, collection in COLLECTIONS.items():
        section = here.section(name)
        for field in collection.model.model_fields.values():
            spelled = field.alias or next(k for k, v in collection.model.model_fields.items() if v is field)
            assert f"`{spelled}`" in section, f"{name}.{spelled}"


@pytest.mark.parametrize("here", all_pages(), ids=lambda each: each.name)
def test_json_samples_are_json(here: Page) -> None:
    for block in here.blocks("json"):
        json.loads(block)


def test_the_sample_submission_would_be_taken() -> None:
    sample = json.loads(page("reference/http-api.md").blocks("json")[0])
    assert NewRequest.model_validate(sample).answers["country"] == "Germany"
