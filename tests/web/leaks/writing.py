"""Words written where they belong to one unit, in every table that keeps words or numbers of one.

Straight into the tables: what is proved is that nobody else reads them, whoever wrote them and however.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from goldenthread.accounts import drafts
from goldenthread.accounts.models import User
from goldenthread.definitions import read_yaml
from goldenthread.record.access.models import Delegation, Grant, Proposal
from goldenthread.record.audit.actor import Actor
from goldenthread.record.framework.models import Element, Mission, MissionComment, MissionSupport
from goldenthread.record.measures.actions import save_measure
from goldenthread.record.measures.checks import read_measure
from goldenthread.record.measures.models import (
    Annotation,
    Measure,
    Observation,
    Rebase,
    ReportedValue,
    TypedValue,
)
from goldenthread.record.notices.models import Notice
from goldenthread.record.orgs.models import Person, PersonIdentifier, Post, Unit, UnitIdentifier, UnitParent
from goldenthread.record.reports.actions import save_reports
from goldenthread.record.reports.checks import read_report
from goldenthread.record.reports.models import Consultation
from goldenthread.record.sources.actions import save_source
from goldenthread.record.sources.checks import read_source
from goldenthread.record.sources.models import Batch, Source
from tests.web.desk.worlds import CALENDAR, LETTERS, RECEIVED, SOURCE, last_month, today
from tests.web.leaks.sight import (
    DEFINE,
    HOLD_NOTHING,
    LINES,
    LOAD,
    READ_THE_LOG,
    RESULTS,
    SEE_ACCESS,
)
from tests.web.whole_county import DESK

BY = Actor.job("test")
Write = Callable[[Unit, str], object]


@dataclass(frozen=True)
class Kind:
    """A kind of thing that holds words of a unit; ``open_to`` says whether a caller may find it there."""

    write: Write
    open_to: Callable[[str, str], bool]


def sees_results(caller: str, unit: str) -> bool:
    return unit in RESULTS[caller]


def sees_the_measure(caller: str, unit: str) -> bool:
    """What a measure is and what it aims at, for whichever unit, is for whoever sees a value of it."""
    return not RESULTS[caller].isdisjoint(LINES[unit])


def knows_reports(caller: str, unit: str) -> bool:
    """What single workers are measured by is for whoever sees results of their unit; and auditors read in the
    log that somebody wrote it."""
    return sees_results(caller, unit) or caller in READ_THE_LOG


def sees_staff(caller: str, unit: str) -> bool:
    return sees_results(caller, unit) or caller in SEE_ACCESS


def sees_access(caller: str, _unit: str) -> bool:
    return caller in SEE_ACCESS


def holds_something(caller: str, _unit: str) -> bool:
    return caller not in HOLD_NOTHING


def loads(caller: str, _unit: str) -> bool:
    return caller in LOAD


def knows_sources(caller: str, _unit: str) -> bool:
    return caller in LOAD | DEFINE | READ_THE_LOG


def nobody(_caller: str, _unit: str) -> bool:
    return False


def measure_of(unit: Unit) -> Measure:
    """A measure with a value at this unit."""
    found = (
        Measure.objects.filter(observations__unit=unit).exclude(key__startswith="zq").order_by("pk").first()
    )
    assert found is not None
    return found


def mission(unit: Unit, word: str) -> None:
    """A new version, what somebody of the unit says of it, and who stands behind it."""
    version = Mission.objects.filter(unit=unit).count() + 1
    made = Mission.objects.create(
        unit=unit, version=version, mission=f"{word} serves", vision=f"{word} sees", adopted_on=today()
    )
    speaker = somebody_of(unit)
    MissionComment.objects.create(
        mission=made, person=speaker, text=f"{word} says", written_at=timezone.now()
    )
    MissionSupport.objects.create(mission=made, person=speaker, given_at=timezone.now())


def note(unit: Unit, word: str) -> None:
    Annotation.objects.create(
        measure=measure_of(unit),
        unit=unit,
        period_start=last_month().start,
        text=f"{word} happened",
        written_by=BY.key,
        written_at=timezone.now(),
    )


def rebase(unit: Unit, word: str) -> None:
    taken = Rebase.objects.filter(unit=unit).count()
    Rebase.objects.create(
        measure=measure_of(unit),
        unit=unit,
        starts_on=last_month().start - datetime.timedelta(days=200 + taken),
        reason=f"{word} is why",
        what_happened=f"{word} began",
        decided_by=BY.key,
        decided_at=timezone.now(),
    )


def reported(unit: Unit, word: str) -> None:
    measure, period = measure_of(unit), CALENDAR.previous(last_month())
    already = ReportedValue.objects.filter(measure=measure, unit=unit).count()
    ReportedValue.objects.create(
        measure=measure,
        unit=unit,
        grain="month",
        period_start=period.start,
        number=already + 1,
        value=already + 3.5,
        reported_at=timezone.now(),
        reported_by=BY.key,
        why=f"{word} was restated",
        stood_on={},
    )


def target(unit: Unit, word: str) -> None:
    """The one that holds, whatever was aimed at before."""
    version = measure_of(unit).current
    assert version is not None
    others = [one for one in version.definition.get("targets", []) if one.get("unit") != unit.key]
    aim = {"unit": unit.key, "value": 77.5, "why": f"{word} was promised"}
    version.definition = {**version.definition, "targets": [aim, *others]}
    version.save()


def typed(unit: Unit, word: str) -> None:
    """A value handed in, and one returned with a reason, of a measure that the unit types."""
    text = LETTERS.replace("letters_done", word).replace("Letters answered", f"{word} counted")
    text = text.replace("unit: north", f"unit: {unit.key}").replace("serves: letters\n", "")
    text = text.replace("people: {owner: ana, deputy: sam}\n", "")
    save_measure(
        read_measure(read_yaml(text, file="measures/a.yaml")), by=BY, now=timezone.now(), today=today()
    )
    for back, state in enumerate(("submitted", "returned")):
        TypedValue.objects.create(
            measure=Measure.objects.get(key=word),
            unit=unit,
            grain="month",
            period_start=CALENDAR.shift(last_month(), -back).start,
            value=41.5,
            note=f"{word} was counted",
            state=state,
            typed_by=BY.key,
            typed_at=timezone.now(),
            handed_in_at=timezone.now(),
            returned_why=f"{word} is missing" if state == "returned" else "",
        )


def measure(unit: Unit, word: str) -> None:
    """One that the unit keeps, with a value there and nowhere else."""
    text = RECEIVED.replace("calls_received", word).replace("Calls received", f"{word} done")
    text = text.replace("unit: benefits", f"unit: {unit.key}").replace("serves: phone\n", "")
    text += f"caveats: Not {word}.\nwhy_it_matters: For {word}.\n"
    save_measure(
        read_measure(read_yaml(text, file="measures/a.yaml")), by=BY, now=timezone.now(), today=today()
    )
    made = Measure.objects.get(key=word)
    Observation.objects.create(
        measure=made,
        version=made.current,
        unit=unit,
        grain="month",
        period_start=last_month().start,
        numerator=31,
        value=31,
        facts=31,
        computed_at=timezone.now(),
    )


def report(unit: Unit, word: str) -> None:
    """One that the unit keeps."""
    text = DESK.replace("desk_work", word).replace("Work at the desk", f"{word} work")
    text = text.replace("unit: benefits", f"unit: {unit.key}").replace("serves: phone\n", "")
    (saved,) = save_reports([read_report(read_yaml(text))], by=BY, now=timezone.now(), today=today())
    Consultation.objects.create(
        report=saved.report,
        column="visits",
        use="monitor",
        formula={},
        review_on=today(),
        holds_from=today(),
        said=f"{word} agreed",
        recorded_by=BY.key,
        recorded_at=timezone.now(),
    )


def name_of_unit(unit: Unit, word: str) -> None:
    Unit.objects.filter(pk=unit.pk).update(name=f"{word} office")


def team_below(unit: Unit, word: str) -> None:
    made = Unit.objects.create(key=f"{word}_team", name=f"{word} team", kind="team")
    UnitParent.objects.create(unit=made, parent=unit)
    UnitIdentifier.objects.create(unit=made, system="desk", value=f"{word} place")


def person(unit: Unit, word: str) -> None:
    """Somebody new with an account, an id in a system, and a post."""
    made = Person.objects.create(
        key=f"{word}-one",
        name=f"{word} Lee",
        email=f"{word}@example.test",
        classification=f"{word} clerk",
        user=User.objects.create(username=f"{word}-one", name=f"{word} Lee"),
    )
    Post.objects.create(person=made, unit=unit, role="member")
    PersonIdentifier.objects.create(person=made, system="desk", value=f"{word} badge")


def account(unit: Unit, word: str) -> None:
    """An account of nobody's, with a role over the unit, one proposed, and one refused."""
    user = User.objects.create(username=f"{word}-two", name=f"{word} Ray", email=f"{word}2@example.test")
    Grant.objects.create(
        user=user, role="reader", unit=unit, starts_on=today(), reason=f"{word} asked", given_by=BY.key
    )
    for role, state in (("hr", "waiting"), ("auditor", "refused")):
        Proposal.objects.create(
            user=user,
            role=role,
            unit=unit,
            starts_on=today(),
            reason=f"{word} is needed",
            proposed_by=BY.key,
            proposed_at=timezone.now(),
            state=state,
            decided_by="job:other" if state == "refused" else "",
            decided_at=timezone.now() if state == "refused" else None,
            why=f"{word} is not" if state == "refused" else "",
        )


def stand_in(_unit: Unit, word: str) -> None:
    """One for another; they have no posts, for their names would be somebody's to see."""
    giver, receiver = (
        Person.objects.create(key=f"{word}-{side}", name="No Name") for side in ("giver", "receiver")
    )
    Delegation.objects.create(
        giver=giver,
        receiver=receiver,
        kind="leave",
        starts_on=today(),
        ends_on=today() + datetime.timedelta(days=9),
        reason=f"{word} rests",
        arranged_by=BY.key,
        arranged_at=timezone.now(),
    )


def own_things(_unit: Unit, word: str) -> None:
    """What somebody was typing who is none of those who ask, and what waits for them."""
    owner = User.objects.get(username="rae")
    drafts.keep(user=owner, address=f"/units/{word}/", fields=[("text", word)], now=timezone.now())
    Notice.objects.create(
        receiver=owner,
        key=word,
        kind="grant_announced",
        object_kind="grant",
        object_id="1",
        raised_at=timezone.now(),
    )


def source(_unit: Unit, word: str) -> None:
    text = SOURCE.replace("source: calls", f"source: {word}").replace("Phone service calls", f"{word} calls")
    save_source(read_source(read_yaml(text)), by=BY, now=timezone.now())


def file(_unit: Unit, word: str) -> None:
    """A file that was refused."""
    Batch.objects.create(
        source=Source.objects.get(key="permits"),
        state="refused",
        message=f"{word} is no column.",
        mode="upsert",
        file_name=f"{word}.csv",
        folder="none",
        sha256="0",
        size=0,
        source_version=1,
        received_at=timezone.now(),
        received_by=BY.key,
    )


def service(unit: Unit, word: str) -> None:
    """A service the unit runs: the framework is for everybody who works here."""
    above = Element.objects.get(key="services")
    Element.objects.create(
        key=word,
        level="core_service",
        name=f"{word} service",
        description=f"{word} described",
        parent=above,
        unit=unit,
        products=[f"{word} product"],
        internal_clients=[f"{word} client"],
    )


def somebody_of(unit: Unit) -> Person:
    found = Person.objects.filter(posts__unit=unit, posts__ends_on=None).order_by("pk").first()
    assert found is not None
    return found


KINDS = {
    "mission": Kind(mission, sees_results),
    "note": Kind(note, sees_results),
    "rebase": Kind(rebase, sees_results),
    "reported": Kind(reported, sees_results),
    "target": Kind(target, sees_the_measure),
    "typed": Kind(typed, sees_results),
    "measure": Kind(measure, sees_results),
    "report": Kind(report, knows_reports),
    # The framework says which unit runs a service; what its teams are called only its own staff see.
    "unit": Kind(name_of_unit, holds_something),
    "team": Kind(team_below, sees_staff),
    "person": Kind(person, sees_staff),
    "account": Kind(account, sees_access),
    "standin": Kind(stand_in, sees_access),
    "own": Kind(own_things, nobody),
    "source": Kind(source, knows_sources),
    "file": Kind(file, loads),
    "service": Kind(service, holds_something),
}
