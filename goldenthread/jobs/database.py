"""The records' database: made, migrated, looked at."""

from __future__ import annotations

from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from goldenthread.jobs import disk
from goldenthread.jobs.refused import Refused
from goldenthread.record.access import second_lock
from goldenthread.record.audit import guards


def pending_migrations() -> list[str]:
    """The migrations this version brings that the database has not seen, as ``app.name``."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def migrate() -> int:
    """Apply what is pending, all or nothing; the number of migrations applied.

    One transaction around all of them, because Django notes a migration as applied after the transaction that
    applies it: killed between the two, the next run would meet tables that are there already. SQLite turns
    its checks of foreign keys off only outside a transaction. Refused where the role we are connected as may
    not change the tables.
    """
    if tables := second_lock.withheld():
        raise Refused(f"{withheld_sentence(tables)} What to do: {admitting()}")
    pending = pending_migrations()
    if pending and not second_lock.may_change_tables():
        raise Refused(
            f"The database lets “{_role()}” make and change no tables, and this version brings changes. "
            f"What to do: {admitting()}"
        )
    if pending:
        with connection.constraint_checks_disabled(), transaction.atomic():
            call_command("migrate", verbosity=0, interactive=False)
    # Always: roles are in code, and another version may bring others.
    with transaction.atomic():
        second_lock.lay()
    # Always: whoever was interrupted between the two has every migration and no cache.
    call_command("createcachetable", verbosity=0)
    # A change of a table makes it anew on SQLite, and its guards go with the old one.
    if guards.missing():
        with transaction.atomic():
            guards.lay()
    return len(pending)


def admit(role: str) -> None:
    """Let the role that the product is served by work with the records, under the second lock.

    Refused where the records are in SQLite, and where there is no such role.
    """
    if connection.vendor != "postgresql":
        raise Refused(
            "The records are in SQLite, which knows no roles. --application-role is for PostgreSQL."
        )
    if not second_lock.is_role(role):
        raise Refused(
            f"The database knows no role “{role}”. Make it: CREATE ROLE {role} LOGIN PASSWORD '...'"
        )
    with transaction.atomic():
        second_lock.admit(role)


def withheld_sentence(tables: list[str]) -> str:
    """What to say of tables that the role we are connected as may not read."""
    return f"The database does not let “{_role()}” read {len(tables)} of its tables, such as {tables[0]}."


def admitting() -> str:
    """What the owner of the tables types for the role we are connected as."""
    return f"as the owner of the tables, goldenthread init --application-role {_role()}"


def sentence_of(error: DatabaseError) -> str | None:
    """What to say of an error of the database; None when it is a fault of ours."""
    if disk.is_full(error):
        return disk.full_sentence()
    lost = _is_lost(error)
    # What is broken is closed, so that a new connection tells whether the database answers now.
    connection.close()
    try:
        if tables := second_lock.withheld():
            return f"{withheld_sentence(tables)} What to do: {admitting()}"
        pending = pending_migrations()
    except DatabaseError as silent:
        return (
            f"The database does not answer: {_first_line(silent)} "
            "Check DATABASE_URL and that its server runs; for SQLite, that the file can be read and written."
        )
    if pending:
        return "The database of this workspace is not up to date. Run: goldenthread init"
    if lost:
        return (
            f"The connection to the database was lost: {_first_line(error)} "
            "Nothing is left half-done; try again."
        )
    return None


def _is_lost(error: DatabaseError) -> bool:
    """Whether an error says that PostgreSQL ended the conversation; by the error, for Django may have begun
    another one by now. Source of the codes: PostgreSQL manual, appendix A."""
    if connection.vendor != "postgresql" or not isinstance(error, OperationalError):
        return False
    code: str | None = getattr(error.__cause__, "sqlstate", None)
    return code is None or code.startswith(("08", "57P"))


def _role() -> str:
    return str(connection.settings_dict["USER"])


def _first_line(error: DatabaseError) -> str:
    return f"{(str(error).splitlines() or ['no reason given'])[0].rstrip('.')}."
