"""How is the embedded PostgreSQL started, reached and stopped?"""

from __future__ import annotations

from doorstep.config.postgres.folders import database_url
from doorstep.config.postgres.server import EmbeddedPostgres, server_running, throwaway

__all__ = ["EmbeddedPostgres", "database_url", "server_running", "throwaway"]
