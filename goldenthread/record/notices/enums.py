"""What a notice can be about. Values are stored."""

from enum import StrEnum


class NoticeKind(StrEnum):
    VALUE_DUE = "value_due"
    VALUE_LATE = "value_late"
    VALUE_TO_APPROVE = "value_to_approve"
    VALUE_RETURNED = "value_returned"
    BATCH_WAITING = "batch_waiting"
    BATCH_REFUSED = "batch_refused"
    BATCH_STUCK = "batch_stuck"
    EXTRACT_LATE = "extract_late"
    MEASURE_WITHOUT_OWNER = "measure_without_owner"
    MEASURE_STALE = "measure_stale"
    REVIEW_DUE = "review_due"
    GRANT_TO_CONFIRM = "grant_to_confirm"
    GRANT_REFUSED = "grant_refused"
    GRANT_ANNOUNCED = "grant_announced"
    DELEGATION_ANNOUNCED = "delegation_announced"
    USE_PROPOSED = "use_proposed"
    USE_ANNOUNCED = "use_announced"
    USE_TO_REVIEW = "use_to_review"


ANNOUNCEMENTS = frozenset(
    {
        NoticeKind.GRANT_REFUSED,
        NoticeKind.GRANT_ANNOUNCED,
        NoticeKind.DELEGATION_ANNOUNCED,
        NoticeKind.USE_ANNOUNCED,
    }
)
"""What is told once and stands for a while; all other kinds follow from how things are."""
