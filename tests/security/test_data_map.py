"""The data map knows every field there is, and its page says the same."""

from __future__ import annotations

from collections import Counter

from django.apps import apps

from goldenthread.record.access import second_lock
from tests.security.data_map import CLASSES, NOT_PERSONAL, PAGE, read, rendered

ENTRIES = read()


def test_every_field_has_its_entry() -> None:
    there = {
        (model._meta.db_table, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.concrete
    }
    mapped = Counter((entry.table, field) for entry in ENTRIES for field in entry.fields)
    assert not there - set(mapped), "say of what class these are, who sees them and for how long"
    assert not set(mapped) - there, "these are gone"
    assert set(mapped.values()) == {1}


def test_every_class_is_known_and_what_is_personal_says_who_sees_it() -> None:
    for entry in ENTRIES:
        assert entry.kind in CLASSES, entry
        assert entry.seen_by or entry.kind == NOT_PERSONAL, entry


def test_what_the_database_guards_is_personal() -> None:
    personal = {entry.table for entry in ENTRIES if entry.kind != NOT_PERSONAL}
    assert set(second_lock.LOCKED) <= personal


def test_the_page_says_the_same() -> None:
    assert PAGE.read_text(encoding="utf-8") == rendered(ENTRIES), (
        "write it anew: python -m tests.security.data_map"
    )
