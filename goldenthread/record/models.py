"""Every table of the record, gathered where Django looks for it. The rooms own them."""

from goldenthread.record.access.models import Delegation, Grant, Proposal
from goldenthread.record.audit.models import AuditEvent, AuditHead, AuditSeal
from goldenthread.record.framework.models import Element, Mission, MissionComment, MissionSupport
from goldenthread.record.measures.models import (
    Annotation,
    Measure,
    MeasureVersion,
    Observation,
    Outdated,
    Rebase,
    ReportedValue,
    TypedValue,
)
from goldenthread.record.notices.models import Notice
from goldenthread.record.orgs.models import (
    Holiday,
    Organization,
    Person,
    PersonIdentifier,
    Post,
    Unit,
    UnitIdentifier,
    UnitParent,
)
from goldenthread.record.reports.models import Consultation, Report, ReportVersion
from goldenthread.record.saved_views.models import SavedView
from goldenthread.record.sources.models import Batch, Fetch, Source
from goldenthread.record.stewardship.models import Hold
from goldenthread.record.subscriptions.models import Subscription
from goldenthread.record.tokens.models import Token
from goldenthread.record.walls.models import Wall

__all__ = [
    "Annotation",
    "AuditEvent",
    "AuditHead",
    "AuditSeal",
    "Batch",
    "Consultation",
    "Delegation",
    "Element",
    "Fetch",
    "Grant",
    "Hold",
    "Holiday",
    "Measure",
    "MeasureVersion",
    "Mission",
    "MissionComment",
    "MissionSupport",
    "Notice",
    "Observation",
    "Organization",
    "Outdated",
    "Person",
    "PersonIdentifier",
    "Post",
    "Proposal",
    "Rebase",
    "Report",
    "ReportVersion",
    "ReportedValue",
    "SavedView",
    "Source",
    "Subscription",
    "Token",
    "TypedValue",
    "Unit",
    "UnitIdentifier",
    "UnitParent",
    "Wall",
]
