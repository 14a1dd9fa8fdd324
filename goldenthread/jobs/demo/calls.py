"""The phone service center: its calls, and how its workers spent their hours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goldenthread.jobs.demo import tables
from goldenthread.jobs.demo.drawing import (
    Days,
    Draw,
    Flags,
    Numbers,
    Words,
    choose,
    day_range,
    exactly,
    months,
    skewed,
    weekdays,
)
from goldenthread.jobs.demo.people import PHONE_UNITS, Staff, at_work
from goldenthread.jobs.demo.story import first_day, ordinary

Columns = Mapping[str, NDArray[Any]]

_ON_A_WORKDAY, _ON_A_SATURDAY, _ON_A_SUNDAY = 226.0, 24.0, 20.0
_OFFICES = {
    "Fairview": 0.185,
    "Harbor": 0.108,
    "Mill Creek": 0.123,
    "North Bend": 0.228,
    "Old Town": 0.278,
    "West Valley": 0.078,
}
# Points above or below the county's share, before Harbor's fall is made up for.
_OFFICE_LEAN = {"Fairview": -0.2, "Mill Creek": -1.9, "North Bend": 1.4, "Old Town": 0.2, "West Valley": 0.6}
_LANGUAGES = {"English": 0.66, "Spanish": 0.22, "Vietnamese": 0.05, "Hmong": 0.04, "Tagalog": 0.03}
_TOPICS = {
    "Renewal": 0.26,
    "Application status": 0.24,
    "Report a change": 0.2,
    "Card or payment": 0.17,
    "Other": 0.13,
}
_TRANSFERRED = 0.06
_ABANDONED_OF_SLOW = 0.3
_SLOW_UNIT = "phone_unit_4"
_LATE_UNIT = "phone_unit_3"
_SHIFT_BEGINS = (27_900, 30_600)
"""Seconds after midnight."""
_LATER = 9 * 3600 + 1800
_ROUNDS = 3
"""So often in a shift somebody waits for calls, is on them, and at work after them."""

LATE_SHARE = {1: 0.004, 0: 0.0009}
"""By months before the last complete one: calls of the overflow line that arrive a month too late."""


def write_calls(folder: Path, incoming: Path, draw: Draw, people: Staff) -> list[Path]:
    """The history, late calls of the month before last, and last night's extract, not yet looked at."""
    story, luck = draw.story, draw.luck("calls")
    columns, days, in_time = _calls(draw, people, luck)
    ago = story.last_complete_month - months(days)
    late = {
        age: (ago == age) & ~in_time & (luck.random(len(days)) < share / (1 - story.answered_in_time(month)))
        for age, share in LATE_SHARE.items()
        for month in (story.last_complete_month - age,)
    }
    night_before = np.datetime64(story.yesterday)
    month_began = np.datetime64(story.yesterday.replace(day=1))
    history = (days < night_before) & ~late[0] & ~late[1]
    waiting = (days >= month_began) | late[0]
    return [
        tables.write(
            folder / f"calls_through_{story.yesterday - timedelta(days=1)}.csv",
            _with_slips(tables.take(columns, history), luck, refused=0.0004),
        ),
        tables.write(
            folder / f"calls_overflow_line_{first_day(story.last_complete_month - 1):%Y-%m}.csv",
            tables.take(columns, late[1]),
        ),
        tables.write(
            incoming / f"calls_{story.today}.csv",
            _with_slips(tables.take(columns, waiting), luck, refused=0.005, unreal_days=True),
        ),
    ]


def _calls(draw: Draw, people: Staff, luck: np.random.Generator) -> tuple[Columns, Days, Flags]:
    story = draw.story
    days = _days_of_calls(draw, luck)
    count = len(days)
    seconds = _times_of_day(luck, days, np.datetime64(story.today))
    order = np.lexsort((seconds, days))
    days, seconds = days[order], seconds[order]
    office = choose(luck, count, _OFFICES)
    workers, units = at_work(luck, days, people.members(PHONE_UNITS), weekend_share=0.2)
    transferred = luck.random(count) < _TRANSFERRED
    share = _shares(draw, days, office)
    in_time = np.zeros(count, dtype=bool)
    counted = ~transferred
    in_time[counted] = exactly(
        luck,
        [months(days[counted]), office[counted]],
        share[counted],
        lean=np.where(units[counted] == _SLOW_UNIT, 0.3, 0.0),
    )
    abandoned = counted & ~in_time & (luck.random(count) < _ABANDONED_OF_SLOW)
    answered = counted & ~abandoned
    wait = _waits(luck, days, in_time, np.datetime64(story.callbacks_began))
    talk = skewed(luck, 460.0, count, spread=0.5) * _pace(people, workers)
    surveyed = answered & (days >= np.datetime64(story.survey_began)) & (luck.random(count) < 0.18)
    outcome = np.where(transferred, "transferred", np.where(abandoned, "abandoned", "answered"))
    shown_wait = np.rint(wait).astype(int).astype(str)
    shown_wait[transferred & (luck.random(count) < 0.1)] = "No Data"
    columns = {
        "Call Id": np.char.add("C-", np.arange(10_000_000, 10_000_000 + count).astype(str)),
        "Date": tables.us_date(days),
        "Time": tables.us_time(seconds),
        "Agent Id": _agent_ids(draw, people, luck, workers, days),
        "Office": office,
        "Language": choose(luck, count, _LANGUAGES),
        "Call reason": choose(luck, count, _TOPICS),
        "Call outcome": outcome,
        "Speed of answer in seconds": shown_wait,
        "Talk time": np.where(answered, tables.clock(talk), ""),
        "Solved on first call": np.where(answered, np.where(luck.random(count) < 0.74, "Yes", "No"), ""),
        "Satisfaction (1-5)": np.where(surveyed, _ratings(luck, days), ""),
    }
    return columns, days, in_time


def _days_of_calls(draw: Draw, luck: np.random.Generator) -> Days:
    """A day for each call, up to two in the morning of today."""
    story = draw.story
    days = day_range(story.first_day, story.today)
    weekday, month = weekdays(days), months(days)
    expected = np.where(weekday == 5, _ON_A_SATURDAY, np.where(weekday == 6, _ON_A_SUNDAY, _ON_A_WORKDAY))
    swing = np.array([1 + 0.04 * ordinary(int(one), offset=9) for one in month])
    surge = np.where(month == story.surge_month, 1.22, 1.0)
    letters = np.where(days.astype("datetime64[M]").astype("datetime64[D]") + 4 > days, 1.08, 1.0)
    night = np.where(days == np.datetime64(story.today), 0.02, 1.0)
    wobble = 1 + 0.05 * luck.standard_normal(len(days))
    counts = np.rint(draw.scale * expected * swing * surge * letters * night * wobble).clip(1)
    return np.repeat(days, counts.astype(np.int64))


def _times_of_day(luck: np.random.Generator, days: Days, today: np.datetime64) -> NDArray[np.int64]:
    """Most calls between eight and five, two humps; those of today came before two in the morning."""
    morning = luck.random(len(days)) < 0.55
    hours = np.where(morning, 10.2, 14.4) + 1.5 * luck.standard_normal(len(days))
    hours = np.where((hours < 7) | (hours > 19), 8 + 9 * luck.random(len(days)), hours)
    hours = np.where(days == today, 2 * luck.random(len(days)), hours)
    return (hours * 3600).astype(np.int64)


def _shares(draw: Draw, days: Days, office: Words) -> Numbers:
    """The share answered in time for each call's month and office; they sum to the county's."""
    story = draw.story
    month = months(days)
    share = np.zeros(len(days))
    rest = 1 - _OFFICES["Harbor"]
    lean = {name: points / 100 for name, points in _OFFICE_LEAN.items()}
    middle = sum(_OFFICES[name] * points for name, points in lean.items()) / rest
    for one in np.unique(month).tolist():
        county, harbor = story.answered_in_time(one), story.harbor_answered_in_time(one)
        others = (county - _OFFICES["Harbor"] * harbor) / rest
        swing = {name: 0.008 * ordinary(one, offset=3 * place) for place, name in enumerate(lean)}
        drift = sum(_OFFICES[name] * points for name, points in swing.items()) / rest
        for name in _OFFICES:
            here = (month == one) & (office == name)
            share[here] = harbor if name == "Harbor" else others + lean[name] - middle + swing[name] - drift
    return share


def _waits(luck: np.random.Generator, days: Days, in_time: Flags, callbacks: np.datetime64) -> Numbers:
    """Seconds until an answer: under a minute, or far over; call-backs took the longest waits away."""
    soon = 4 + 56 * luck.beta(1.3, 2.6, len(days))
    long = 61 + skewed(luck, np.where(days >= callbacks, 150.0, 260.0), len(days), spread=0.7)
    return np.where(in_time, soon, long)


def _pace(people: Staff, workers: Words) -> Numbers:
    """How long each worker's calls last beside the usual; their own way of working."""
    names = sorted({post.person for post in people.members(PHONE_UNITS)})
    pace = {name: 0.85 + 0.3 * (place * 0.618 % 1) for place, name in enumerate(names)}
    pace["samir_khoury"] = 1.3
    return np.array([pace[name] for name in names])[np.searchsorted(names, workers)]


def _agent_ids(draw: Draw, people: Staff, luck: np.random.Generator, workers: Words, days: Days) -> Words:
    """The phone system's ids; lately one worker has a second one and a temp has one nobody registered."""
    ids = people.ids["phone"]
    names = np.array(sorted(ids))
    agents = np.array([ids[name] for name in names])[np.searchsorted(names, workers)].astype("U9")
    lately = days >= np.datetime64(draw.story.today - timedelta(days=21))
    agents[lately & (workers == "rosa_delgado") & (luck.random(len(days)) < 0.4)] = "RDELGAD2"
    agents[lately & (luck.random(len(days)) < 0.002)] = "TEMP_0417"
    return agents


def _ratings(luck: np.random.Generator, days: Days) -> Words:
    """1 to 5, mostly good."""
    month = months(days)
    mean = np.array([4.05 + 0.12 * ordinary(int(one), offset=2) for one in month])
    return np.rint(mean + 0.9 * luck.standard_normal(len(days))).clip(1, 5).astype(int).astype(str)


def _with_slips(
    columns: Columns, luck: np.random.Generator, *, refused: float, unreal_days: bool = False
) -> Columns:
    """The same rows with a few that cannot be right.

    A dash for a number, an outcome nobody knows, a day that no month has, an id twice.
    """
    count = len(columns["Call Id"])
    slips = luck.permutation(count)[: max(4, int(refused * count))]
    slipped = {name: values.astype(object) for name, values in columns.items()}
    dashes, outcomes, unreal, twice = np.split(slips, (np.array([0.68, 0.8, 0.97]) * len(slips)).astype(int))
    slipped["Speed of answer in seconds"][dashes] = "--"
    slipped["Call outcome"][outcomes] = "Vm left"
    if unreal_days:
        slipped["Date"][unreal] = [f"{day[:3]}32{day[5:]}" for day in slipped["Date"][unreal]]
    repeated = np.r_[np.arange(count), twice[:2]]
    return {name: values[repeated].astype(str) for name, values in slipped.items()}


def write_agent_states(folder: Path, draw: Draw, people: Staff) -> Path:
    """A row per state that the phone system had a worker in: each shift as a whole, and in it the times free
    for a call, on one, and at work after one. One shift a day ends after midnight. Does not grow with
    scale."""
    story, luck = draw.story, draw.luck("agent_states")
    days = day_range(story.first_day, story.yesterday)
    days = days[weekdays(days) < 5]
    posts = people.members(PHONE_UNITS)
    rows = [
        (day, people.ids["phone"][post.person], post.unit == _LATE_UNIT)
        for day in days.astype(object)
        for post in posts
        if post.starts <= day and (post.ends is None or day < post.ends)
    ]
    here = luck.random(len(rows)) >= 0.1
    day = np.array([one for one, *_ in rows], dtype="datetime64[D]")[here]
    agent = np.array([one for _, one, _ in rows])[here]
    may_be_late = np.flatnonzero(np.array([late for *_, late in rows])[here])
    began = day.astype("datetime64[s]") + luck.integers(*_SHIFT_BEGINS, len(day))
    began[may_be_late[np.unique(day[may_be_late], return_index=True)[1]]] += _LATER
    signed_in = 27_000 + 900 * luck.standard_normal(len(day))
    swing = np.array([ordinary(int(one), offset=17) for one in months(day)])
    talking = signed_in * (0.645 + 0.012 * swing + 0.05 * luck.standard_normal(len(day))).clip(0.3, 0.85)
    available = (signed_in - talking) * (0.58 + 0.06 * luck.standard_normal(len(day))).clip(0.2, 0.9)
    spent = np.stack([available, talking, signed_in - talking - available], axis=1)
    # Three rounds of each, none of a length of its own.
    shares = luck.dirichlet([12.0] * _ROUNDS, len(day))
    lengths = np.rint(spent[:, None, :] * shares[:, :, None]).astype(np.int64).reshape(len(day), -1)
    ends = began[:, None] + np.cumsum(lengths, axis=1)
    starts = ends - lengths
    states = np.tile(np.array(["Available", "On call", "After call"]), _ROUNDS)
    moments = np.concatenate([began[:, None], starts], axis=1), np.concatenate([ends[:, -1:], ends], axis=1)
    words = np.tile(np.concatenate([["Signed in"], states]), (len(day), 1))
    return tables.write(
        folder / f"agent_states_through_{story.yesterday}.csv",
        {
            "Agent Id": np.repeat(agent, words.shape[1]),
            "State": words.ravel(),
            "Began": tables.us_moment(moments[0].ravel()),
            "Ended": tables.us_moment(moments[1].ravel()),
        },
    )
