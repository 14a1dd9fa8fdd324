"""Who works for the county: the people named in `library/demo`, and everyone beside them."""

from __future__ import annotations

import csv
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from goldenthread.jobs.demo.drawing import Days, Draw, Words, weekdays

EMAIL_AT = "riverbend.example"

# Members of each team beside the named ones, and what they are employed as.
_TEAMS: Mapping[str, tuple[int, str]] = {
    "phone_unit_1": (10, "Eligibility Specialist"),
    "phone_unit_2": (11, "Eligibility Specialist"),
    "phone_unit_4": (10, "Eligibility Specialist"),
    "renewals_unit_1": (8, "Eligibility Specialist"),
    "renewals_unit_2": (8, "Eligibility Specialist"),
    "night_weekend": (2, "Eligibility Specialist"),
    "fairview": (5, "Eligibility Specialist"),
    "harbor": (3, "Eligibility Specialist"),
    "mill_creek": (5, "Eligibility Specialist"),
    "north_bend": (6, "Eligibility Specialist"),
    "old_town": (6, "Eligibility Specialist"),
    "west_valley": (4, "Eligibility Specialist"),
    "in_home_east": (5, "Social Worker"),
    "in_home_west": (5, "Social Worker"),
    "steady_hands": (6, "Care Coordinator"),
    "foster_homes": (4, "Social Worker"),
    "youth_placement": (4, "Social Worker"),
    "family_housing": (5, "Housing Specialist"),
    "immunization": (4, "Public Health Nurse"),
    "food_safety": (6, "Environmental Health Inspector"),
    "road_crew_north": (6, "Road Maintenance Worker"),
    "road_crew_south": (6, "Road Maintenance Worker"),
    "water": (4, "Water Quality Technician"),
    "plan_review": (5, "Plans Examiner"),
    "building_inspection": (5, "Building Inspector"),
    "code_enforcement": (5, "Code Enforcement Officer"),
    "patrol": (6, "Deputy"),
    "station_1": (4, "Firefighter"),
    "station_2": (4, "Firefighter"),
    "station_3": (4, "Firefighter"),
    "central_library": (5, "Librarian"),
    "harbor_branch": (2, "Librarian"),
    "old_town_branch": (2, "Librarian"),
    "west_valley_branch": (2, "Librarian"),
    "parks": (4, "Park Maintenance Worker"),
    "finance": (4, "Accountant"),
    "it": (4, "Systems Analyst"),
    "service_desk_311": (5, "Service Representative"),
    "records_office": (3, "Records Clerk"),
    "performance_office": (1, "Performance Analyst"),
}
_LED_BY_NAME = frozenset({"performance_office", "phone_unit_3"})
# People move between these; each move is a new post from some day on.
_SISTERS: Sequence[Sequence[str]] = (
    ("phone_unit_1", "phone_unit_2", "phone_unit_4"),
    ("renewals_unit_1", "renewals_unit_2"),
    ("fairview", "north_bend", "old_town", "west_valley", "mill_creek"),
    ("station_1", "station_2", "station_3"),
)
_SHARE_MOVED = 0.15
_SHARE_JOINED = 0.12
_SHARE_LEFT = 0.06

PHONE_UNITS = ("phone_unit_1", "phone_unit_2", "phone_unit_3", "phone_unit_4")
RENEWAL_UNITS = ("renewals_unit_1", "renewals_unit_2", "phone_unit_3", "night_weekend")
IN_HOME_UNITS = ("in_home_east", "in_home_west", "steady_hands")
# The systems whose extracts name workers by ids of their own, and who works in them.
_SYSTEMS: Mapping[str, Sequence[str]] = {
    "phone": PHONE_UNITS,
    "cases": RENEWAL_UNITS,
    "in_home": IN_HOME_UNITS,
    "inspections": ("food_safety",),
}


@dataclass(frozen=True)
class Post:
    """A person in a unit from one day to another, the second left out; None has no end."""

    person: str
    name: str
    unit: str
    role: str
    classification: str
    supervisor: str
    starts: date
    ends: date | None = None


@dataclass(frozen=True)
class Staff:
    """Everyone's posts, and what each system calls its workers."""

    posts: tuple[Post, ...]
    ids: Mapping[str, Mapping[str, str]]
    """By system, then by person."""

    def members(self, units: Iterable[str]) -> tuple[Post, ...]:
        """The member posts in these units, ever."""
        wanted = set(units)
        return tuple(post for post in self.posts if post.role == "member" and post.unit in wanted)


def read_named(text: str) -> tuple[Post, ...]:
    """The posts written down in `people/named.csv`."""
    return tuple(
        Post(
            row["person"],
            row["name"],
            row["unit"],
            row["role"],
            row["classification"],
            row["supervisor"],
            date.fromisoformat(row["from"]),
            date.fromisoformat(row["to"]) if row["to"] else None,
        )
        for row in csv.DictReader(text.splitlines())
    )


def staff(draw: Draw, named: Sequence[Post], given: Sequence[str], family: Sequence[str]) -> Staff:
    """The named people and enough others to fill every team; the same for every scale."""
    luck = np.random.default_rng(draw.seed)
    names = _unused_names(luck, given, family, {post.name for post in named})
    posts = list(named)
    for unit, (count, classification) in _TEAMS.items():
        supervisor = ""
        if unit not in _LED_BY_NAME:
            leader = _person(next(names), unit, "supervisor", f"{classification} Supervisor", "", luck, draw)
            posts.append(leader)
            supervisor = leader.person
        posts += (
            _person(next(names), unit, "member", classification, supervisor, luck, draw) for _ in range(count)
        )
    posts = _with_changes(posts, len(named), luck, draw)
    return Staff(tuple(posts), {system: _ids(posts, system, units) for system, units in _SYSTEMS.items()})


def write_people(folder: Path, people: Staff) -> list[Path]:
    """people.csv and people_ids.csv."""
    by_name = sorted(people.posts, key=lambda post: (post.person, post.starts, post.unit))
    posts_file, ids_file = folder / "people.csv", folder / "people_ids.csv"
    with posts_file.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(
            ("person", "name", "unit", "role", "from", "to", "email", "classification", "supervisor")
        )
        for post in by_name:
            email = f"{post.person.replace('_', '.')}@{EMAIL_AT}"
            writer.writerow(
                (
                    post.person,
                    post.name,
                    post.unit,
                    post.role,
                    post.starts,
                    post.ends or "",
                    email,
                    post.classification,
                    post.supervisor,
                )
            )
    with ids_file.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("person", "system", "id", "from", "to"))
        for system, ids in people.ids.items():
            writer.writerows((person, system, one, "", "") for person, one in sorted(ids.items()))
    return [posts_file, ids_file]


def at_work(
    luck: np.random.Generator, days: Days, posts: Sequence[Post], *, weekend_share: float = 1.0
) -> tuple[Words, Words]:
    """For each day, one of the people who held a post on it, and that person's unit.

    `days` must be in order. On weekends only a `weekend_share` of them work; on any
    day a tenth is away.
    """
    people = np.array([post.person for post in posts])
    units = np.array([post.unit for post in posts])
    first = np.array([np.datetime64(post.starts) for post in posts])
    after = np.array([np.datetime64(post.ends or date.max) for post in posts])
    known, counts = np.unique(days, return_counts=True)
    chosen = np.empty(len(days), dtype=np.int64)
    start = 0
    for day, weekday, count in zip(known, weekdays(known), counts.tolist(), strict=True):
        here = np.flatnonzero((first <= day) & (day < after))
        if weekday >= 5:
            here = here[: max(1, int(len(here) * weekend_share))]
        present = here[luck.random(len(here)) >= 0.1]
        chosen[start : start + count] = luck.choice(present if len(present) else here, size=count)
        start += count
    return people[chosen], units[chosen]


def _unused_names(
    luck: np.random.Generator, given: Sequence[str], family: Sequence[str], taken: set[str]
) -> Iterator[str]:
    given, family = luck.permutation(given).tolist(), luck.permutation(family).tolist()
    for step in range(len(given) * len(family)):
        name = f"{given[step % len(given)]} {family[(step + step // len(given)) % len(family)]}"
        if name not in taken:
            taken.add(name)
            yield name


def _person(
    name: str,
    unit: str,
    role: str,
    classification: str,
    supervisor: str,
    luck: np.random.Generator,
    draw: Draw,
) -> Post:
    began = draw.story.written(2024, 1) - timedelta(days=int(luck.integers(0, 365 * 12)))
    return Post(_slug(name), name, unit, role, classification, supervisor, began)


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "_".join("".join(letter if letter.isalnum() else " " for letter in plain.lower()).split())


def _with_changes(posts: Sequence[Post], named: int, luck: np.random.Generator, draw: Draw) -> list[Post]:
    """Some of those not named joined, moved to a sister team, or left since the extracts begin."""
    sisters = {unit: [one for one in group if one != unit] for group in _SISTERS for unit in group}
    supervisors = {post.unit: post.person for post in posts if post.role == "supervisor"}
    opened = draw.story.written(2024, 2)
    changed = list(posts[:named])
    for post in posts[named:]:
        kind, when = luck.random(), opened + timedelta(days=int(luck.integers(60, 860)))
        pick = luck.random()
        if post.role != "member":
            changed.append(post)
        elif kind < _SHARE_MOVED and post.unit in sisters:
            unit = sisters[post.unit][int(pick * len(sisters[post.unit]))]
            changed.append(replace(post, ends=when))
            changed.append(replace(post, unit=unit, supervisor=supervisors[unit], starts=when))
        elif kind < _SHARE_MOVED + _SHARE_JOINED:
            changed.append(replace(post, starts=when))
        elif kind < _SHARE_MOVED + _SHARE_JOINED + _SHARE_LEFT:
            changed.append(replace(post, ends=when))
        else:
            changed.append(post)
    return changed


def _ids(posts: Sequence[Post], system: str, units: Sequence[str]) -> dict[str, str]:
    """RDELGADO in the phone system; W10001, W10002 in the others."""
    people = sorted({post.person for post in posts if post.unit in units and post.role == "member"})
    if system != "phone":
        return {person: f"{system[0].upper()}{10_001 + place}" for place, person in enumerate(people)}
    taken: dict[str, int] = defaultdict(int)
    ids = {}
    for person in people:
        given, _, family = person.partition("_")
        stem = f"{given[0]}{family.replace('_', '')[:7]}".upper()
        taken[stem] += 1
        ids[person] = stem if taken[stem] == 1 else f"{stem}{taken[stem] + 7}"
    return ids
