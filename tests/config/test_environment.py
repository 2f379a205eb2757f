"""The files that make the environment name every package by hash and no address."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.txt", "requirements-dev.txt")
OF_PACKAGES = re.compile(r"(requirements.*\.(in|txt)|package(-lock)?\.json|\.npmrc|pip\.conf|uv\.toml)")


def test_every_locked_package_has_a_hash() -> None:
    for name in LOCKS:
        blocks = re.split(r"\n(?=\S)", (ROOT / name).read_text("utf-8"))
        packages = [block for block in blocks if "==" in block.split("\n")[0]]
        assert len(packages) > 30
        assert [block.split("\n")[0] for block in packages if "--hash=sha256:" not in block] == []


def test_the_test_environment_is_the_running_one_and_more() -> None:
    running, tests = (set(re.findall(r"^[\w.\[\]-]+==\S+", (ROOT / name).read_text("utf-8"), re.M)) for name in LOCKS)
    assert running <= tests


def test_no_committed_file_says_where_packages_come_from() -> None:
    shown = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = [name for name in shown.split("\0") if OF_PACKAGES.fullmatch(Path(name).name)]
    assert set(LOCKS) <= set(names)
    address = re.compile(r"index-url|find-links|https?://")
    for name in names:
        text = (ROOT / name).read_text("utf-8")
        if name.endswith("package-lock.json"):
            lock = json.loads(text)
            assert [key for key, entry in lock["packages"].items() if "resolved" in entry] == []
            continue
        assert address.search(text) is None, name
