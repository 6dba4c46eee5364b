"""What is served: how much script it is, and that making it smaller changes nothing."""

import gzip
from pathlib import Path

import pycountry
import pytest
from playwright.sync_api import Page

from tests.browser.widget.conftest import Card
from widget.assets import BrokenAsset, accent_style, build_assets, bundle_modules
from widget.minify import GLOBALS, minify_script, minify_style

BUDGET = 15_000  # bytes of gzipped script in all


def test_all_script_together_stays_within_its_budget() -> None:
    assets = build_assets()
    sizes = [len(one.zipped()) for one in (assets.loader, assets.bundle)]
    assert [gzip.decompress(one.zipped()) for one in (assets.loader, assets.bundle)] == [
        assets.loader.body,
        assets.bundle.body,
    ]
    assert sum(sizes) <= BUDGET, sizes


def test_the_loader_names_the_files_of_this_build() -> None:
    assets = build_assets()
    loader = assets.loader.body.decode()
    for asset in (assets.bundle, *assets.kits.values()):
        assert asset.path in loader
        assert assets.find(asset.name) is asset
    assert assets.find("bundle.000000000000.js") is None


def test_a_color_is_a_style_sheet_with_readable_text() -> None:
    sheet = accent_style("#FFE14D")
    assert sheet.name == "accent.ffe14d.css"
    assert b"--on-accent:#000000" in sheet.body
    assert build_assets().find("accent.111111.css") == accent_style("#111111")


@pytest.mark.parametrize(
    ("source", "smaller"),
    [
        ("const a = 1; // one\nconst b = 2;\n", "const a=1;const b=2;\n"),
        ("const t = 'a // b' + `c  ${ t } /* d */`;\n", "const t='a // b'+`c  ${t} /* d */`;\n"),
        ("const a = b / 3 / c; const d = /[/]'/.test(e);\n", "const a=b/3/c;const d=/[/]'/.test(e);\n"),
        ("const a = b + +c - -d;\n", "const a=b+ +c- -d;\n"),
        ("let a = b\nc()\n", "let a=b\nc()\n"),
        ("a = [1, 2,\n];\nif (a) { b(); }\n", "a=[1,2];if(a){b()}\n"),
    ],
)
def test_blanks_and_comments_go_and_meaning_stays(source: str, smaller: str) -> None:
    assert minify_script(source) == smaller


def test_variables_are_shortened_and_properties_are_not() -> None:
    source = """(() => {
const value = load();
const shape = { value, other: value.value, value: value + value + value + value };
function load() { return { value: document.value }; }
})();"""
    written = minify_script(source)
    name = written.split("const ")[1].split("=")[0]
    assert name != "value"
    assert f"{{value:{name},other:{name}.value,value:{name}+{name}" in written
    assert "return{value:document.value}" in written


def test_a_short_name_is_never_shared_by_variables_that_meet() -> None:
    source = """(() => {
const outer = 1;
function first(alpha) { return alpha + outer; }
function second(beta) { return beta + outer; }
})();"""
    written = minify_script(source)
    parameters = {part.split("(")[1].split(")")[0] for part in written.split("function ")[1:]}
    assert len(parameters) == 1, "two parameters that never meet may share a name"
    assert f"const {parameters.pop()}=" not in written


def test_style_sheets_keep_the_blanks_that_mean_something() -> None:
    assert minify_style(".a :is(b, c) { width: calc(1px + 2px); }") == ".a :is(b,c){width:calc(1px + 2px)}\n"


def test_the_bundler_refuses_what_it_does_not_understand(tmp_path: Path) -> None:
    (tmp_path / "main.js").write_text("import { a } from './other.js';\n")
    (tmp_path / "other.js").write_text("export default 3;\n")
    with pytest.raises(BrokenAsset, match="does not understand"):
        bundle_modules(tmp_path, "main.js")
    (tmp_path / "other.js").write_text("import { b } from './main.js';\n")
    with pytest.raises(BrokenAsset, match="circle"):
        bundle_modules(tmp_path, "main.js")
    (tmp_path / "other.js").write_text("export const a = 1;\n")
    (tmp_path / "main.js").write_text("import { a } from './other.js';\nconst a = 2;\n")
    with pytest.raises(BrokenAsset, match="both declare a"):
        bundle_modules(tmp_path, "main.js")


@pytest.mark.browser
def test_names_that_stay_are_names_of_the_browser(page: Page) -> None:
    unknown = page.evaluate("(names) => names.filter((name) => !(name in window))", sorted(GLOBALS))
    assert unknown == []


@pytest.mark.browser
def test_countries_are_those_of_iso_3166(card: Card) -> None:
    codes = (
        card.page.get_by_label("Country")
        .locator("option")
        .evaluate_all("(nodes) => nodes.map((one) => one.value)")
    )
    assert set(codes) - {""} == {country.alpha_2 for country in pycountry.countries}
