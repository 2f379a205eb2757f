"""Programs that start at once for the first time share one whole secret, on any file system."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from doorstep.config.secrets_kept import kept_secret

ROOT = Path(__file__).resolve().parents[2]
READ = "from doorstep.config.settings import SECRET_KEY; print(SECRET_KEY)"
# A file system without hard links, as on a memory stick or a share.
NO_LINKS = """
import errno, os
def link(*args, **options): raise OSError(errno.EPERM, "Operation not permitted")
os.link = link
"""


def started(data: Path, before: str = "") -> subprocess.Popen[str]:
    env = {**os.environ, "DOORSTEP_DATA": str(data), "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    env.pop("DOORSTEP_SECRET_KEY", None)
    return subprocess.Popen([sys.executable, "-c", before + READ], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)


def check_first_starts(data: Path, before: str = "") -> None:
    told = {start.communicate()[0].strip() for start in [started(data, before) for _ in range(4)]}
    kept = data / "keys" / "secret_key"
    assert told == {kept.read_text("ascii")}
    assert len(told.pop()) > 60
    assert kept.stat().st_mode & 0o777 == 0o600
    assert {file.name for file in kept.parent.iterdir()} == {"secret_key", ".making"}


def test_first_starts_at_once_agree_on_the_secret(tmp_path: Path) -> None:
    check_first_starts(tmp_path)


def test_first_starts_agree_where_files_cannot_be_linked(tmp_path: Path) -> None:
    check_first_starts(tmp_path, NO_LINKS)


def test_what_a_dead_one_left_half_written_is_no_secret(tmp_path: Path) -> None:
    (tmp_path / "key.draft").write_text("hal")
    assert kept_secret(tmp_path / "key", lambda: "whole") == "whole"
    assert kept_secret(tmp_path / "key", lambda: "another") == "whole"
    assert not (tmp_path / "key.draft").exists()
