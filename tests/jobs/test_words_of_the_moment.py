"""A notice is put into words when it is read, with what its receiver may see at that moment: between raising
and reading the receiver is moved, and is no longer told. Nothing else leaves the product by itself."""

from __future__ import annotations

import ast
import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone

from goldenthread.accounts.models import User
from goldenthread.config import settings
from goldenthread.jobs.waiting import waiting_for
from goldenthread.record.access.models import Delegation, Grant, Proposal
from goldenthread.record.access.rights import rights_of
from goldenthread.record.measures.models import Measure, TypedValue
from goldenthread.record.notices.enums import NoticeKind
from goldenthread.record.notices.models import Notice
from goldenthread.record.orgs.models import Person, Post, Unit
from goldenthread.record.reports.models import Report
from goldenthread.record.sources.models import Batch, Source
from tests.builders import scope_for
from tests.web.desk.worlds import build_world, last_month, today

pytestmark = pytest.mark.django_db
PACKAGE = Path(__file__).resolve().parents[2] / "goldenthread"
K = NoticeKind


def moved(username: str) -> None:
    """To Public works, with the same role there."""
    Post.objects.filter(person__key=username).update(unit=Unit.objects.get(key="works"))
    Grant.objects.filter(user__username=username).update(unit=Unit.objects.get(key="works"))


def letters() -> str:
    return f"letters_done:north:{last_month().start}"


def handed_in() -> str:
    value = TypedValue.objects.create(
        measure=Measure.objects.get(key="letters_done"),
        unit=Unit.objects.get(key="north"),
        grain="month",
        period_start=last_month().start,
        value=5,
        state="submitted",
        typed_by="user:1",
        typed_at=timezone.now(),
        handed_in_at=timezone.now(),
    )
    return str(value.pk)


def file() -> str:
    source = Source.objects.get(key="calls")
    batch = Batch.objects.create(
        source=source,
        state="refused",
        message="It is empty.",
        mode="upsert",
        file_name="calls.csv",
        folder="none",
        sha256="0",
        size=0,
        source_version=1,
        received_at=timezone.now(),
        received_by="job:test",
    )
    return str(batch.pk)


def proposal(**decided: object) -> str:
    one = Proposal.objects.create(
        user=User.objects.get(username="new"),
        role="auditor",
        unit=Unit.objects.get(key="benefits"),
        starts_on=today(),
        reason="Leads the audit.",
        proposed_by="user:0",
        proposed_at=timezone.now(),
        **decided,
    )
    return str(one.pk)


def refusal() -> str:
    return proposal(state="refused", decided_by="user:1", decided_at=timezone.now(), why="Not now.")


def given() -> str:
    return f"{User.objects.get(username='new').pk}:auditor:benefits"


def stands_in() -> str:
    giver, receiver = (Person.objects.get(key=key) for key in ("sam", "eli"))
    Delegation.objects.create(
        giver=giver,
        receiver=receiver,
        kind="leave",
        starts_on=today(),
        ends_on=today() + datetime.timedelta(days=7),
        arranged_by="user:0",
        arranged_at=timezone.now(),
    )
    return "eli:sam"


def use() -> str:
    north = Unit.objects.get(key="north")
    Report.objects.create(key="desk_work", title="Desk work", unit=north, created_at=timezone.now())
    return f"desk_work:{today()}"


def use_to_ask_about() -> str:
    exa, north = User.objects.get(username="exa"), Unit.objects.get(key="north")
    Grant.objects.create(user=exa, role="labour_liaison", unit=north, starts_on=today())
    return use().split(":")[0]


CASES: dict[NoticeKind, tuple[str, Callable[[], str]]] = {
    K.VALUE_DUE: ("dora", letters),
    K.VALUE_LATE: ("dora", letters),
    K.VALUE_RETURNED: ("dora", letters),
    K.VALUE_TO_APPROVE: ("dora", handed_in),
    K.BATCH_WAITING: ("ada", file),
    K.BATCH_REFUSED: ("ada", file),
    K.BATCH_STUCK: ("ada", file),
    K.EXTRACT_LATE: ("ada", lambda: "calls"),
    K.MEASURE_WITHOUT_OWNER: ("dora", lambda: "calls_answered"),
    K.MEASURE_STALE: ("dora", lambda: "calls_answered"),
    K.REVIEW_DUE: ("dora", lambda: "calls_answered"),
    K.GRANT_TO_CONFIRM: ("adam", proposal),
    K.GRANT_REFUSED: ("adam", refusal),
    K.GRANT_ANNOUNCED: ("aud", given),
    K.DELEGATION_ANNOUNCED: ("aud", stands_in),
    K.USE_PROPOSED: ("exa", use_to_ask_about),
    K.USE_ANNOUNCED: ("ana", use),
    K.USE_TO_REVIEW: ("ana", use),
}
"""Who receives a notice of this kind by what they may see, and about what."""


def told(username: str) -> list[str]:
    user = User.objects.get(username=username)
    rights, scope = rights_of(user, today=today()), scope_for(user, today=today())
    return [item.title for one in waiting_for(user, rights, scope) for item in one.items]


def test_every_kind_of_notice_is_tried():
    assert set(CASES) == set(NoticeKind)


@pytest.mark.parametrize("kind", CASES)
def test_one_who_was_moved_is_no_longer_told(kind):
    build_world()
    receiver, about = CASES[kind]
    Notice.objects.create(
        receiver=User.objects.get(username=receiver),
        key=f"{kind}:1",
        kind=kind,
        object_kind="thing",
        object_id=about(),
        raised_at=timezone.now(),
    )
    assert len(told(receiver)) == 1
    moved(receiver)
    assert told(receiver) == []


def test_mail_leaves_by_one_door():
    """What is sent there is written as its receiver at that moment: tests/web/mail/test_letters.py."""
    sending = ("django.core.mail", "smtplib", "email.message", "email.mime")
    imported = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names])
        if name and name.startswith(sending)
    }
    assert imported == {"jobs/mail/addresses.py", "jobs/mail/sending.py"}
    # A test run has a backend of its own, so that the settings are read as they are written.
    assert settings.EMAIL_BACKEND == "django.core.mail.backends.dummy.EmailBackend"
