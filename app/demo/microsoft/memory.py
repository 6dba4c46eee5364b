"""Keeps the stand-in's world in a file between starts, so that a demo's calendars survive a restart."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.demo.microsoft.registered import Grant
from app.demo.microsoft.world import Removal, World, account_from


def load(world: World, path: Path | None) -> None:
    """Take over what an earlier run left in the file, if there is one."""
    if path is None or not path.exists():
        return
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    world.accounts = {a["oid"]: account_from(a) for a in data["accounts"]}
    world.grants = {token: Grant(**grant) for token, grant in data["grants"].items()}
    world.removals = [Removal(**removal) for removal in data["removals"]]
    world.revision = data["revision"]
    world.epoch = data["epoch"]
    world.is_saved = True


def save(world: World, path: Path | None) -> None:
    """Write what is not yet saved beside the file, then put it in place, so that a crash leaves the older one."""
    if path is None or world.is_saved:
        return
    data = {
        "accounts": [asdict(account) for account in world.accounts.values()],
        "grants": {token: asdict(grant) for token, grant in world.grants.items()},
        "removals": [asdict(removal) for removal in world.removals],
        "revision": world.revision,
        "epoch": world.epoch,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.touch(mode=0o600)
    beside.write_text(json.dumps(data), encoding="utf-8")
    beside.replace(path)
    world.is_saved = True
