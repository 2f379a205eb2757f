"""Commits that a database answers with a warning, as one does whose standby was not waited for."""

from __future__ import annotations

from django.db import connection


class commits_warned:  # noqa: N801
    """While open, every commit that wrote an idempotency key is answered with a warning."""

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE FUNCTION warn_at_commit() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE WARNING 'canceling wait for synchronous replication'; RETURN NULL; END $$"
            )
            cursor.execute(
                "CREATE CONSTRAINT TRIGGER warned AFTER INSERT OR UPDATE ON core_idempotencykey "
                "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION warn_at_commit()"
            )

    def __exit__(self, *_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER warned ON core_idempotencykey")
            cursor.execute("DROP FUNCTION warn_at_commit()")
