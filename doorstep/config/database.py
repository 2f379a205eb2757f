"""Which PostgreSQL the product talks to: the one in DATABASE_URL, or the embedded one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


def parse_url(url: str) -> dict[str, Any]:
    """Django's connection settings for a `postgresql://` URL; `host` may be a socket folder in the query."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("DATABASE_URL must begin with postgresql://")
    query = dict(parse_qsl(parts.query))
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or query.pop("port", "")),
        "OPTIONS": query,
    }


def connection_settings(data: Path) -> dict[str, Any]:
    """Django's DATABASES entry, pooled; `data` is the folder of the embedded server."""
    url = os.environ.get("DATABASE_URL")
    if url:
        found = parse_url(url)
    else:
        from doorstep.config.postgres import database_url

        found = parse_url(database_url(data))
    options = found["OPTIONS"]
    pooled = os.environ.get("DOORSTEP_DB_POOL", "1") == "1"
    if pooled:
        options["pool"] = {"min_size": 1, "max_size": int(os.environ.get("DOORSTEP_DB_POOL_SIZE", "20")), "timeout": 10}
    if os.environ.get("DOORSTEP_PGBOUNCER") == "1":
        options["prepare_threshold"] = None
    return {"ENGINE": "doorstep.config.engine", "CONN_HEALTH_CHECKS": not pooled, **found}
