"""How is the package built? As setuptools does, but never without the front end: such a site could show no page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from setuptools import build_meta

get_requires_for_build_wheel = build_meta.get_requires_for_build_wheel
get_requires_for_build_sdist = build_meta.get_requires_for_build_sdist
get_requires_for_build_editable = build_meta.get_requires_for_build_editable
prepare_metadata_for_build_wheel = build_meta.prepare_metadata_for_build_wheel
prepare_metadata_for_build_editable = build_meta.prepare_metadata_for_build_editable
build_editable = build_meta.build_editable
build_sdist = build_meta.build_sdist

MANIFEST = Path(__file__).resolve().parent.parent / "doorstep" / "web" / "static" / "bundle" / "manifest.json"


def build_wheel(
    wheel_directory: str, config_settings: dict[str, Any] | None = None, metadata_directory: str | None = None
) -> str:
    """The name of the wheel written; ends with one line where the front end has not been built."""
    if not MANIFEST.exists():
        raise SystemExit(
            "doorstep: 前端还没有构建，不能打包：请先运行一次 bin/start（或 bin/test），再打包 / "
            "the front end is not built: run bin/start (or bin/test) once, then build the wheel again"
        )
    return build_meta.build_wheel(wheel_directory, config_settings, metadata_directory)
