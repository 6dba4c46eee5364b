"""The completed sample document."""

from pathlib import Path
from typing import Any

from app.configuration.text import read_yaml

SAMPLE = Path(__file__).with_name("sample.yaml")


def sample_document() -> dict[str, Any]:
    """The sample as plain data, every scalar text."""
    document: dict[str, Any] = read_yaml(SAMPLE.read_text())
    return document
