"""The audit log's tables. ``guards`` makes the database itself refuse to change what stands in them."""

from django.db import models
from django.db.models import Q

from goldenthread.record.audit.actor import LONGEST_KEY

_HEX_OF_SHA256 = 64


class AuditEvent(models.Model):
    """One thing somebody did. It points at nothing by foreign key, so that no deletion can reach it, and
    holds ids and field names, never content.

    ``seq``, ``previous`` and ``hash`` are its place in the chain, given once, right after the transaction
    that wrote the row. ``roles`` are the roles that the actor held then, ``standing_in_for`` the keys of the
    people in whose place some of them were held; rows of one request share its ``request``.
    """

    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=LONGEST_KEY, db_index=True)
    roles = models.CharField(max_length=200, blank=True)
    standing_in_for = models.TextField(blank=True)
    request = models.CharField(max_length=32, blank=True)
    action = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=200)
    unit = models.CharField(max_length=100, blank=True)
    fields = models.JSONField(default=list, blank=True)
    reason = models.TextField(blank=True)
    seq = models.BigIntegerField(null=True, blank=True, unique=True)
    previous = models.CharField(max_length=_HEX_OF_SHA256, blank=True)
    hash = models.CharField(max_length=_HEX_OF_SHA256, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(seq=None, previous="", hash="") | Q(seq__gt=0) & ~Q(previous="") & ~Q(hash=""),
                name="audit_event_has_a_whole_place_or_none",
            )
        ]
        indexes = [
            models.Index(fields=["kind", "object_id"], name="audit_by_object"),
            models.Index(fields=["id"], condition=Q(seq=None), name="audit_without_a_place"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.action} {self.kind} {self.object_id}"


class AuditHead(models.Model):
    """How far the chain has come: one row, which only moves forward. Whoever holds it may lengthen the
    chain."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=_HEX_OF_SHA256)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="audit_head_is_one")]

    def __str__(self) -> str:
        return f"row {self.seq}"


class AuditSeal(models.Model):
    """A signed head, as it also stands in the folder outside the database: row ``seq`` had this ``hash``.

    With a ``month`` (2026-03) it closes that month's part of the chain, which begins after the last row of
    the month sealed before. Only such a part can be dropped, and what stays of it is this row.
    """

    sealed_at = models.DateTimeField()
    month = models.CharField(max_length=7, blank=True)
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=_HEX_OF_SHA256)
    key = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["month"], condition=~Q(month=""), name="audit_month_sealed_once"),
            models.CheckConstraint(
                condition=Q(dropped_at=None) | ~Q(month=""), name="audit_only_a_month_is_dropped"
            ),
        ]

    def __str__(self) -> str:
        return f"row {self.seq}, sealed {self.sealed_at:%Y-%m-%d}"
