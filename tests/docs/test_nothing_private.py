"""Nothing that is kept names where packages come from, or a place on somebody's machine."""

import re
import subprocess

from tests.docs.pages import ROOT

# written in pieces, so that this file does not find itself
HOSTS = (
    "py" + "pi.org",
    "python" + "hosted.org",
    "registry." + "npmjs",
    "proxy." + "golang.org",
    "crates" + ".io",
)
FOLDERS = ("work", "root", "home")
_SECRET_PLACES = re.compile(rf"(?<![\w.\-/])/(?:{'|'.join(FOLDERS)})/[\w.\-]")


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def texts() -> dict[str, str]:
    found = {}
    for name in tracked():
        try:
            found[name] = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
    return found


def test_no_file_names_a_registry() -> None:
    assert [(name, host) for name, text in texts().items() for host in HOSTS if host in text] == []


def test_no_file_names_a_place_on_a_machine() -> None:
    assert [(name, hit) for name, text in texts().items() for hit in _SECRET_PLACES.findall(text)] == []


def test_a_place_on_a_machine_would_be_found() -> None:
    assert _SECRET_PLACES.search("cd /" + "work/main")
    assert not _SECRET_PLACES.search("https://example.com/" + "work/main")
