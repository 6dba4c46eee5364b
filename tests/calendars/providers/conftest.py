"""The providers under the contract: every `case_<name>.py` beside this file."""

from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from tests.calendars.providers.case import ProviderCase

_NAMES = sorted(path.stem for path in Path(__file__).parent.glob("case_*.py"))
_CASES: dict[str, ModuleType] = {
    name.removeprefix("case_"): import_module(f"tests.calendars.providers.{name}") for name in _NAMES
}


@pytest.fixture(params=_CASES)
def case(request: pytest.FixtureRequest) -> ProviderCase:
    """Each provider, connected."""
    made: ProviderCase = _CASES[request.param].Case(request)
    return made


@pytest.fixture(params=[name for name, module in _CASES.items() if module.CAN_WRITE])
def writer(request: pytest.FixtureRequest) -> ProviderCase:
    """Each provider that can write events, connected."""
    made: ProviderCase = _CASES[request.param].Case(request)
    return made
