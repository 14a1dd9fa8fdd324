"""One staff page with every component: full, empty, and with errors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from goldenthread.render.charts import marks
from goldenthread.render.charts.day_bars import draw_day_bars
from goldenthread.render.charts.funnel import draw_funnel
from goldenthread.render.charts.multiples import draw_multiples
from goldenthread.render.charts.series import draw_series
from goldenthread.render.charts.small import (
    BarSize,
    RangeBar,
    draw_range_bar,
    draw_sparkline,
)
from goldenthread.render.charts.values import Direction, Mark
from goldenthread.render.tables import Cell, Column, Row, Table, Tone
from goldenthread.web.access import signed_in
from tests.render.gallery import examples


class RestateForm(forms.Form):
    reason = forms.CharField(label="Reason for the restatement", help_text="Kept beside both values.")
    target = forms.DecimalField(
        label="Target for July 2026", widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    story = forms.CharField(label="Story behind the number", widget=forms.Textarea, required=False)
    office = forms.ChoiceField(label="Office", choices=[("harbor", "Harbor"), ("old", "Old Town")])
    kind = forms.ChoiceField(
        label="Kind", choices=[("how_much", "How much"), ("how_well", "How well")], widget=forms.RadioSelect
    )
    restate = forms.BooleanField(label="Restate the locked September value.")
    extract = forms.FileField(label="Extract", required=False)


@signed_in
def gallery(request: HttpRequest) -> HttpResponse:
    """`?view=table` shows the table of the chart; `?errors` a form that was sent wrong."""
    form = RestateForm({"target": "85 pct"}) if "errors" in request.GET else RestateForm()
    more = {"form": form, "show_table": request.GET.get("view") == "table"}
    return render(request, "gallery.html", {**_frame(), **_parts(), **more})


def _frame() -> dict[str, Any]:
    return {
        "section": "measures",
        "as_of": "Tuesday, October 13, 2026, 6:10 a.m.",
        "thread": [
            {"level": "Council outcome", "title": "People can meet their basic needs", "href": "#a"},
            {"level": "Service area", "title": "Human services", "href": "#b"},
            {"level": "Core service", "title": "Help people get and keep benefits", "href": "#c"},
            {"level": "Operational service", "title": "Phone service center", "href": "#d"},
            {"level": "Measure", "title": "Calls answered within a minute"},
        ],
        "side": [
            {
                "title": "Phone service center",
                "items": [
                    {"title": "Calls answered within a minute", "href": "#x", "current": True},
                    {"title": "Calls received", "href": "#y"},
                    {"title": "Average wait", "href": "#z"},
                ],
            },
            {"title": "On this page", "items": [{"title": "Chart", "href": "#chart"}]},
        ],
        "actions": [
            {"title": "Edit definition", "href": "#edit", "icon": "edit"},
            {"title": "Follow", "href": "#follow", "icon": "notifications_none", "boxed": True},
        ],
        "periods": {
            "label": "Period",
            "options": [
                {"title": "Today", "href": "#today"},
                {"title": "Yesterday", "href": "#yesterday", "current": True},
                {"title": "Last week", "href": "#week"},
                {"title": "Last month", "href": "#month"},
                {"title": "Last quarter", "href": "#quarter"},
            ],
        },
    }


def _parts() -> dict[str, Any]:
    multiples = draw_multiples(examples.office_series(), "percent")
    return {
        "lenses": [
            {
                "question": "Met the target?",
                "answer": "No",
                "detail": "3.6 points below 85%",
                "tone": "worse",
                "icon": marks.target_icon(met=False),
            },
            {
                "question": "Met, or within 3% of it?",
                "answer": "No",
                "detail": "tolerance ends at 82.5%",
                "tone": "worse",
                "icon": marks.target_icon(met=False),
            },
            {
                "question": "Held or better than a year ago?",
                "answer": "Yes",
                "detail": "up 1.3 points from 80.1%",
                "tone": "better",
                "icon": marks.icon(Mark.BETTER),
            },
            {
                "question": "Trend since July 2025",
                "answer": "Improving",
                "detail": "outside normal variation",
                "tone": "better",
                "icon": marks.icon(Mark.BETTER),
            },
        ],
        "drawing": draw_series(examples.calls_answered()),
        "drawing_table": month_table(),
        "run_chart": draw_series(examples.run_chart()),
        "every_mark": draw_series(examples.every_mark()),
        "one_point": draw_series(examples.one_point()),
        "funnel": draw_funnel(examples.offices()),
        "multiples": multiples,
        "days": draw_day_bars(examples.days()),
        "tiles": [
            *(
                {
                    "title": title,
                    "value": value,
                    "is_number": True,
                    "words": words,
                    "drawing": draw_range_bar(bar),
                }
                for title, value, words, bar in examples.tile_bars()
            ),
            {"title": "Available, awaiting a call", "value": examples.FOLDED, "words": "Target 15% to 25%"},
        ],
        "counts": [
            {"number": "16,900", "words": "rows read"},
            {"number": "16,814", "words": "accepted, 99.5%"},
            {"number": "86", "words": "refused, 0.5%", "tone": "error"},
            {"number": "2", "words": "workers unknown"},
            {"number": "13 of 13", "words": "days covered"},
        ],
        "off_target": off_target_table(),
        "workers": worker_table(),
        "nothing": Table("Measures without an owner", (Column("Measure"), Column("Since")), ()),
        "files": {"csv": "?format=csv", "size": 3120, "xlsx": "?format=xlsx"},
        "definitions": [
            {
                "term": "Counted",
                "text": "Calls answered by a person in 60 seconds or less:",
                "strong": "34,440",
            },
            {
                "term": "Source",
                "text": "Phone service center calls",
                "href": "#source",
                "after": "every night",
            },
            {"term": "Caveat", "text": "Abandoned calls under five seconds are not in the extract."},
        ],
        "steps": [
            {"title": "Received", "state": "complete"},
            {"title": "Read", "state": "complete"},
            {"title": "Check", "state": "current"},
            {"title": "Load", "state": ""},
            {"title": "Measures updated", "state": ""},
        ],
        "notices": [
            {
                "icon": "edit",
                "before": "Give a plan to",
                "title": "Days from referral to first home visit",
                "href": "#n1",
                "below": "Off target since August. Without story, plan and owner it cannot be published.",
                "due": "5 days overdue",
                "overdue": True,
                "action": {"title": "Write plan", "href": "#plan"},
            },
            {
                "icon": "check_circle_outline",
                "before": "Approve four September values from",
                "title": "In-home services",
                "href": "#n2",
                "below": "Locked on approval. One is restated: 214 late rows.",
                "due": "Due Wed, Oct 14",
                "action": {"title": "Review", "href": "#review"},
            },
        ],
        "dates": [
            {
                "weekday": "Thu",
                "day": "15",
                "month": "Oct",
                "title": "Conference with Dana Whitcomb",
                "href": "#d1",
                "below": "2 p.m. She brings three goals.",
            },
            {
                "weekday": "Thu",
                "day": "29",
                "month": "Oct",
                "title": "Housing: plan check-in",
                "href": "#d2",
                "below": "Jamal Haddad. Two actions due.",
            },
        ],
        "bars": [
            {"title": "Have an owner", "done": 49, "total": 52},
            {"title": "Value in on time", "done": 47, "total": 52},
            {"title": "Reviewed this year", "done": 41, "total": 52},
            {"title": "Compute from an extract", "done": 0, "total": 0},
        ],
        "pages": [
            {"number": 1, "href": "?page=1"},
            {"gap": True},
            {"number": 5, "href": "?page=5", "current": True},
            {"number": 6, "href": "?page=6"},
        ],
    }


def month_table() -> Table:
    """The numbers of the large chart."""
    chart = examples.calls_answered()
    rows = tuple(
        Row((Cell(point.period_label), Cell(f"{point.value}", point.value), Cell("80", 80)))
        for point in reversed(chart.points[-6:])
    )
    return Table(
        "Calls answered within a minute, by month",
        (
            Column("Month"),
            Column("Answered in a minute", "%", number=True),
            Column("Target", "%", number=True),
        ),
        rows,
    )


def off_target_table() -> Table:
    """Measures off target, as on Home."""
    quiet = draw_sparkline(examples.sparkline())
    rising = draw_sparkline(examples.sparkline(signal=True))
    ordinary, worse = marks.icon(Mark.ORDINARY), marks.icon(Mark.WORSE, Direction.UP)
    return Table(
        "Off target in September",
        (
            Column("Measure"),
            Column("September", number=True),
            Column("Target", number=True),
            Column("Last 12 months"),
            Column("Against its own past"),
            Column("Plan"),
            Column("Owner"),
        ),
        (
            Row(
                (
                    Cell("Renewals finished on time", href="#r", below="Benefits renewals"),
                    Cell("88.7%", 88.7),
                    Cell("92%", 92),
                    Cell(drawing=quiet),
                    Cell("Normal variation", icon=ordinary),
                    Cell("4 actions, on time"),
                    Cell("D. Whitcomb"),
                )
            ),
            Row(
                (
                    Cell("Days from referral to first home visit", href="#v", below="In-home services"),
                    Cell("11.2 days", 11.2),
                    Cell("7 days", 7),
                    Cell(drawing=rising),
                    Cell("Rose, more than normal", icon=worse, tone=Tone.WORSE),
                    Cell("No plan", below="cannot be published", tone=Tone.WORSE),
                    Cell("No owner", tone=Tone.WORSE),
                )
            ),
        ),
        note="Shaded: normal range of the measure. Dashes: target. Inside the band is normal variation.",
    )


def worker_table() -> Table:
    """Workers against their own past, as on the unit page."""

    def worker(name: str, calls: int, bar: RangeBar, words: str) -> Row:
        drawing = draw_range_bar(bar, BarSize.ROW)
        cells = (
            Cell(name, href=f"#{name[:4]}"),
            Cell(str(calls), calls),
            Cell("8:10"),
            Cell("19", 19),
            Cell(words, drawing=drawing),
        )
        return Row(cells)

    return Table(
        "Workers",
        (
            Column("Worker"),
            Column("Calls", number=True),
            Column("Call time", "min:sec", number=True),
            Column("Available", "%", number=True),
            Column("Call time in own normal range"),
        ),
        (
            worker("Abara, Tom", 44, RangeBar(490, 430, 530, 470), "Normal"),
            worker("Khoury, Samir", 28, RangeBar(696, 430, 530, 470, mark=Mark.CHANGED), "Above own range"),
            Row((Cell("Mbeki, Thandi", href="#m"),), says="Not at work: vacation"),
            Row((Cell("Unit"), Cell("412", 412), Cell("8:42"), Cell("21", 21), Cell("Normal")), total=True),
        ),
        note="A worker is compared with their own past, never with each other. Each bar has its own scale.",
    )
