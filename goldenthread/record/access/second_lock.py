"""Puts the second lock into PostgreSQL: who may read the rows of persons, whatever the product asks.

The rules are SQL, in ``second_lock.sql``. SQLite has none: whoever opens its file has all of it.
"""

from __future__ import annotations

from pathlib import Path

from django.db import connection

from goldenthread.record.access.roles import ROLES, Permission

OF_A_USER = {
    "record_notice": "receiver_id",
    "accounts_draft": "user_id",
    "accounts_signon": "user_id",
    "mfa_authenticator": "user_id",
    "usersessions_usersession": "user_id",
    "record_savedview": "owner_id",
    "record_subscription": "owner_id",
}
"""Tables whose rows are one user's own, and the column that says whose."""

LOCKED = (*OF_A_USER, "record_personidentifier", "record_auditevent")
"""Every table with the second lock."""

_OWN_ROWS = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS own_rows ON {table};
CREATE POLICY own_rows ON {table}
  USING ((SELECT goldenthread_is_system()) OR {column} = (SELECT goldenthread_user()));
"""

_OWNS = "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'record_notice'::regclass"
_HELD = "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity AND relname = ANY(%s)"
_ESCAPES = (
    "SELECT rolsuper OR rolbypassrls OR pg_has_role((SELECT relowner FROM pg_class "
    "WHERE oid = 'record_notice'::regclass), 'USAGE') FROM pg_roles WHERE rolname = current_user"
)
_MAY_CHANGE_TABLES = """
SELECT coalesce(
  pg_has_role((SELECT relowner FROM pg_class WHERE oid = to_regclass('django_migrations')), 'USAGE'),
  has_schema_privilege(current_schema(), 'CREATE'))
"""
_WITHHELD = """
SELECT relname FROM pg_class
WHERE relkind = 'r' AND NOT has_table_privilege(oid, 'SELECT')
  AND relowner = (SELECT relowner FROM pg_class WHERE oid = to_regclass('django_migrations'))
ORDER BY relname
"""


def lay() -> None:
    """Lay every lock anew, on PostgreSQL and where we own the tables."""
    if connection.vendor == "postgresql" and owns_the_tables():
        with connection.cursor() as cursor:
            cursor.execute(_statements())


def owns_the_tables() -> bool:
    """Whether the role we are connected as does; of SQLite, whoever opens the file."""
    return connection.vendor != "postgresql" or bool(_one(_OWNS))


def may_change_tables() -> bool:
    """Whether the role we are connected as may make the tables of the records, or change those there are."""
    return connection.vendor != "postgresql" or bool(_one(_MAY_CHANGE_TABLES))


def withheld() -> list[str]:
    """The tables of the records that the role we are connected as may not read: it was not admitted, or not
    since they were made."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(_WITHHELD)
        return [row[0] for row in cursor.fetchall()]


def missing() -> list[str]:
    """The tables whose lock is open or gone."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [list(LOCKED)])
        held = {row[0] for row in cursor.fetchall()}
    return [table for table in LOCKED if table not in held]


def is_above_it() -> bool:
    """Whether the role we are connected as could take the locks off, or is not held by them at all."""
    return connection.vendor == "postgresql" and bool(_one(_ESCAPES))


def admit(role: str) -> None:
    """Let a role of the database work with the records, and neither own nor change their tables."""
    name = connection.ops.quote_name(role)
    with connection.cursor() as cursor:
        for statement in (
            f"GRANT USAGE ON SCHEMA public TO {name}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
        ):
            cursor.execute(statement)


def is_role(name: str) -> bool:
    """Whether the database knows a role of this name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [name])
        found: bool = cursor.fetchone()[0]
    return found


def _statements() -> str:
    # The first migration that lays the locks is older than the youngest of these tables.
    there = set(connection.introspection.table_names())
    own_rows = "".join(
        _OWN_ROWS.format(table=table, column=column) for table, column in OF_A_USER.items() if table in there
    )
    text = Path(__file__).with_name("second_lock.sql").read_text(encoding="utf-8")
    for name, filled in (
        ("own_rows", own_rows),
        ("see_workers", _roles_with(Permission.SEE_WORKERS)),
        ("read_audit", _roles_with(Permission.READ_AUDIT)),
    ):
        text = text.replace(f"{{{{{name}}}}}", filled)
    return text


def _roles_with(permission: Permission) -> str:
    return ", ".join(f"'{key}'" for key, role in ROLES.items() if permission in role.permissions)


def _one(question: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]
