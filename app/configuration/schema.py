"""The JSON Schema of the document, for editors and for `scheduler config schema`."""

from typing import Any

from app.configuration.document import Document


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a configuration document."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Smart scheduler configuration",
        **{key: value for key, value in Document.model_json_schema(by_alias=True).items() if key != "title"},
    }
