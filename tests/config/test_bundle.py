"""The front end is built when its sources changed, and only then."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from doorstep.config import bundle
from doorstep.config.troubles import Trouble

BUILD = (
    "const fs = require('fs'), out = '../doorstep/web/static/bundle/'; fs.writeFileSync(out + 'manifest.json', '{}');"
    "fs.mkdirSync(out + 'assets', {recursive: true});"
    "fs.writeFileSync(out + 'assets/main-12345678.js', 'x'.repeat(999));"
    "fs.writeFileSync(out + 'assets/x.png', '')"
)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small checkout whose front end is built by the real npm."""
    package, frontend = tmp_path / "doorstep", tmp_path / "frontend"
    built = package / "web" / "static" / "bundle"
    built.mkdir(parents=True)
    frontend.mkdir()
    described = {"name": "small", "version": "1.0.0", "private": True}
    (frontend / "build.cjs").write_text(BUILD)
    (frontend / "package.json").write_text(json.dumps({**described, "scripts": {"build": "node build.cjs"}}))
    (frontend / "package-lock.json").write_text(json.dumps({**described, "lockfileVersion": 3, "packages": {}}))
    modules = frontend / "node_modules"
    for name, value in {
        "PACKAGE": package,
        "FRONTEND": frontend,
        "BUNDLE": built,
        "MANIFEST": built / "manifest.json",
        "BUILT_FROM": built / "built-from.txt",
        "MODULES": modules,
        "INSTALLED_FROM": modules / ".installed-from.txt",
    }.items():
        monkeypatch.setattr(bundle, name, value)
    return tmp_path


def test_it_is_built_once_for_the_same_sources(checkout: Path) -> None:
    assert bundle.build_bundle()
    assert not bundle.build_bundle()
    (checkout / "doorstep" / "page.html").write_text('<p class="new">')
    assert bundle.build_bundle()
    (checkout / "doorstep" / "web" / "static" / "picture.html").write_text("not a source")
    assert not bundle.build_bundle()


def test_scripts_are_compressed_for_slow_lines(checkout: Path) -> None:
    bundle.build_bundle()
    assets = bundle.BUNDLE / "assets"
    assert sorted(path.name for path in assets.iterdir()) == ["main-12345678.js", "main-12345678.js.gz", "x.png"]
    assert gzip.decompress((assets / "main-12345678.js.gz").read_bytes()) == b"x" * 999


def test_a_failed_build_is_named_and_tried_again(checkout: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (checkout / "frontend" / "build.cjs").write_text("console.error('no such colour'); process.exit(1)")
    with pytest.raises(Trouble, match="npm run build"):
        bundle.build_bundle()
    assert "no such colour" in capfd.readouterr().err
    (checkout / "frontend" / "build.cjs").write_text(BUILD)
    assert bundle.build_bundle()


def test_an_installed_package_brings_its_bundle(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "FRONTEND", checkout / "none")
    with pytest.raises(Trouble):
        bundle.build_bundle()
    bundle.MANIFEST.write_text("{}")
    assert not bundle.build_bundle()
