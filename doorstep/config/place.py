"""Where do this installation's database and files live?"""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def data_folder() -> Path:
    """DOORSTEP_DATA; else `var/` of the checkout, or of the current folder for an installed package."""
    if chosen := os.environ.get("DOORSTEP_DATA"):
        return Path(chosen).resolve()
    return (ROOT if (ROOT / "pyproject.toml").exists() else Path.cwd()) / "var"
