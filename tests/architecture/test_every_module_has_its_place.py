"""The import contracts speak of every module: a new folder cannot escape them by not being named."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = ("routing", "calendars")


def layered() -> set[str]:
    """Every name in the layers contract."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "layers")
    return {name.strip() for layer in layers for name in layer.split("|")}


def modules_of_app() -> set[str]:
    """The modules and packages directly below `app`."""
    found = (path for path in (ROOT / "app").iterdir() if not path.name.startswith(("_", ".")))
    return {f"app.{path.stem}" for path in found if path.suffix == ".py" or (path / "__init__.py").exists()}


def test_every_module_of_the_application_stands_in_a_layer() -> None:
    assert modules_of_app() <= layered()


def test_no_layer_names_a_module_that_is_gone() -> None:
    named = {name for name in layered() if name.startswith("app.")}
    assert named <= modules_of_app()


def test_the_libraries_stand_at_the_bottom() -> None:
    assert set(LIBRARIES) <= layered()
