"""The only place that makes a ``Scope``."""

from __future__ import annotations

from datetime import date

from goldenthread.calc.folding import Fold
from goldenthread.facts.scope import NOT_ASSIGNED, Scope
from goldenthread.record.access.rights import Rights
from goldenthread.record.access.roles import Permission
from goldenthread.record.access.seen import seen_people
from goldenthread.record.audit.actor import Actor


def scope_of(rights: Rights, *, services: frozenset[str], today: date) -> Scope:
    """What the holder of these rights may see today; one query.

    ``services`` are those of ``rights.seen_services()`` and all that hang below them, which a room above
    knows.
    """
    if rights.user_id is None:
        return Scope(viewer="", reason="not signed in")
    return Scope(
        viewer=Actor.user(rights.user_id).key,
        reason="own rights",
        units=_seen_units(rights),
        services=services,
        people=frozenset(one.person for one in seen_people(rights, today=today)),
        workers_of=_all_open(rights),
        closed_from=_closed_from(rights.whole),
    )


def _seen_units(rights: Rights) -> frozenset[str]:
    units = rights.seen_units()
    return units | {NOT_ASSIGNED} if sees_not_assigned(rights) else units


def _all_open(rights: Rights) -> frozenset[str]:
    """The units whose every worker is open one by one, those of the units below too."""
    workers = rights.units_with(Permission.SEE_WORKERS)
    return frozenset(unit for unit in workers if rights.tree.subtree(unit) <= workers)


def _closed_from(rights: Rights) -> dict[str, Fold]:
    """From which ``Fold`` on the cells of a unit are closed to who sees some of its workers, and not all.

    They could take those off the whole. Where they see other parts of it, too, it is closed as soon as any
    part is folded. It is the same for whatever acts in their name and sees no workers: they read both.
    """
    units, services = _seen_units(rights), rights.seen_services()
    workers = rights.units_with(Permission.SEE_WORKERS)
    found: dict[str, Fold] = {}
    for unit in {above for one in workers for above in (one, *rights.tree.ancestors(one))}:
        parts = [one for one in rights.tree.children(unit) if not units.isdisjoint(rights.tree.subtree(one))]
        sees_one = len(parts) == 1 and unit not in workers and NOT_ASSIGNED not in units and not services
        found[unit] = Fold.BELOW if sees_one else Fold.BESIDE
    return found


def sees_not_assigned(rights: Rights) -> bool:
    """Facts that nobody can place belong to the whole: whoever sees all results below the top sees them."""
    return rights.tree.top is not None and rights.tree.top in rights.units_with(Permission.SEE_RESULTS)


def wall_scope(number: int, unit: str, rights: Rights) -> Scope:
    """The results of one unit and those below it, as far as the maker of a wall sees them, for whoever stands
    before it: of no worker, and of no cell that somebody who sees some of the workers could take apart."""
    units = _seen_from(unit, rights)
    closed_from = dict.fromkeys(units, Fold.BESIDE)
    return Scope(viewer=f"wall:{number}", reason="shown on a wall", units=units, closed_from=closed_from)


def letter_scope(unit: str, rights: Rights) -> Scope:
    """The same for a letter to the holder of these rights: of no worker, and of no cell that is closed to
    them."""
    if rights.user_id is None:
        return Scope(viewer="", reason="not signed in")
    return Scope(
        viewer=Actor.user(rights.user_id).key,
        reason="sent by mail",
        units=_seen_from(unit, rights),
        closed_from=_closed_from(rights.whole),
    )


def _seen_from(unit: str, rights: Rights) -> frozenset[str]:
    return rights.tree.subtree(unit) & rights.seen_units()


def system_scope(*, by: Actor, reason: str) -> Scope:
    """Everything, for what the product computes by itself and for commands run on the machine; ``reason``
    says what for."""
    if not reason:
        raise ValueError("Found no reason for a scope that sees everything; wanted a few words.")
    return Scope(viewer=by.key, reason=reason, every_unit=True, every_person=True)
