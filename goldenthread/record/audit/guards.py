"""What makes the database itself refuse to change or delete the audit log, whoever asks it.

A row is given its place in the chain once. It goes only with its month, and a month only once it is sealed
and marked as dropped; the head of the chain only moves forward. Whoever owns the tables can take these
triggers off, which ``audit verify`` tells; what was then changed, the chain tells.
"""

from __future__ import annotations

from django.db import connection

_SAID = "The audit log cannot be changed"
_EVENT_CONTENT = (
    "id, at, actor, roles, standing_in_for, request, action, kind, object_id, unit, fields, reason"
)
_SEAL_CONTENT = "id, sealed_at, month, seq, hash, key, signature"
_IS_DROPPED = (
    "EXISTS (SELECT 1 FROM record_auditseal WHERE month <> '' AND dropped_at IS NOT NULL AND OLD.seq <= seq)"
)

# Name, table, moment, and when it refuses; without a condition it always does.
_REFUSALS = (
    ("audit_event_says_what_it_said", "record_auditevent", f"UPDATE OF {_EVENT_CONTENT}", ""),
    (
        "audit_event_keeps_its_place",
        "record_auditevent",
        "UPDATE OF seq, previous, hash",
        "OLD.seq IS NOT NULL",
    ),
    ("audit_head_moves_forward", "record_audithead", "UPDATE", "NEW.seq <= OLD.seq"),
    ("audit_head_stays", "record_audithead", "DELETE", ""),
    ("audit_seal_says_what_it_said", "record_auditseal", f"UPDATE OF {_SEAL_CONTENT}", ""),
    ("audit_month_is_dropped_once", "record_auditseal", "UPDATE OF dropped_at", "OLD.dropped_at IS NOT NULL"),
    ("audit_seal_stays", "record_auditseal", "DELETE", ""),
)
_KEEPS = "audit_event_goes_with_its_month"
_SQLITE_REFUSALS = (
    (_KEEPS, "record_auditevent", "DELETE", f"NOT {_IS_DROPPED}"),
    # INSERT OR REPLACE deletes without asking the triggers of a deletion.
    ("audit_event_is_not_replaced", "record_auditevent", "INSERT",
     "EXISTS (SELECT 1 FROM record_auditevent WHERE id = NEW.id OR seq = NEW.seq)"),
)  # fmt: skip
_TABLES = ("record_auditevent", "record_audithead", "record_auditseal")


def lay() -> None:
    """Put every guard in place; those that are there are made anew."""
    statements = _sqlite() if connection.vendor == "sqlite" else _postgresql()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def missing() -> list[str]:
    """The names of the guards that the database lacks."""
    wanted = [name for name, *_ in _REFUSALS]
    if connection.vendor == "sqlite":
        wanted += [name for name, *_ in _SQLITE_REFUSALS]
        asked = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        wanted += [_KEEPS, *(f"{table}_is_not_emptied" for table in _TABLES)]
        # A trigger that was switched off is there and does nothing.
        asked = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
    with connection.cursor() as cursor:
        cursor.execute(asked)
        held = {row[0] for row in cursor.fetchall()}
    return [name for name in wanted if name not in held]


def _sqlite() -> list[str]:
    statements = []
    for name, table, moment, condition in (*_REFUSALS, *_SQLITE_REFUSALS):
        when = f"WHEN {condition}" if condition else ""
        statements += [
            f"DROP TRIGGER IF EXISTS {name}",
            f"CREATE TRIGGER {name} BEFORE {moment} ON {table} FOR EACH ROW {when} "
            f"BEGIN SELECT RAISE(ABORT, '{_SAID}: {name}'); END",
        ]
    return statements


def _postgresql() -> list[str]:
    refusal = f"RAISE EXCEPTION '{_SAID}: %', TG_NAME USING ERRCODE = 'integrity_constraint_violation'"
    statements = [
        "CREATE OR REPLACE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {refusal}; END $$",
        "CREATE OR REPLACE FUNCTION audit_keeps() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {_IS_DROPPED} THEN RETURN OLD; END IF; {refusal}; END $$",
        f"DROP TRIGGER IF EXISTS {_KEEPS} ON record_auditevent",
        f"CREATE TRIGGER {_KEEPS} BEFORE DELETE ON record_auditevent "
        "FOR EACH ROW EXECUTE FUNCTION audit_keeps()",
    ]
    for name, table, moment, condition in _REFUSALS:
        when = f"WHEN ({condition})" if condition else ""
        statements += [
            f"DROP TRIGGER IF EXISTS {name} ON {table}",
            f"CREATE TRIGGER {name} BEFORE {moment} ON {table} "
            f"FOR EACH ROW {when} EXECUTE FUNCTION audit_refuses()",
        ]
    for table in _TABLES:
        statements += [
            f"DROP TRIGGER IF EXISTS {table}_is_not_emptied ON {table}",
            f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses()",
        ]
    return statements
