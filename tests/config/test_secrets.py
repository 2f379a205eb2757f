"""Two programs that start at once for the first time share one whole secret."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READ = "from doorstep.config.settings import SECRET_KEY; print(SECRET_KEY)"


def test_first_starts_at_once_agree_on_the_secret(tmp_path: Path) -> None:
    env = {**os.environ, "DOORSTEP_DATA": str(tmp_path), "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    env.pop("DOORSTEP_SECRET_KEY", None)
    starts = [
        subprocess.Popen([sys.executable, "-c", READ], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    told = {start.communicate()[0].strip() for start in starts}
    kept = tmp_path / "keys" / "secret_key"
    assert told == {kept.read_text("ascii")}
    assert kept.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in kept.parent.iterdir()] == ["secret_key"]
