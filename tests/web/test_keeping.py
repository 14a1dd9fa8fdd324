"""What is kept is kept by everything that decides it, the language among it."""

from __future__ import annotations

from dataclasses import dataclass

from django.template import Context, Template
from django.utils import translation
from django.utils.translation import get_language

from goldenthread.web.keeping import kept


def test_the_same_values_are_worked_out_once_for_each_language():
    asked = []

    @kept(10)
    def greet(name: str, *, loud: bool = False) -> str:
        asked.append(name)
        return f"{get_language()} {name}{'!' if loud else ''}"

    with translation.override("en"):
        assert [greet("Ana"), greet("Ana"), greet("Bo"), greet("Ana", loud=True)] == [
            "en Ana",
            "en Ana",
            "en Bo",
            "en Ana!",
        ]
    with translation.override("es"):
        assert greet("Ana") == "es Ana"
    assert asked == ["Ana", "Bo", "Ana", "Ana"]


def test_the_least_asked_for_goes_first():
    asked = []

    @kept(1)
    def count(number: int) -> int:
        asked.append(number)
        return number

    for number in (1, 2, 1):
        count(number)
    assert asked == [1, 2, 1]


@dataclass(frozen=True)
class _Link:
    title: str
    href: str


def test_a_kept_part_sees_nothing_but_its_values():
    page = Template(
        '{% load goldenthread %}{% kept "components/section_head.html" title=title links=links %}'
    )
    first = page.render(Context({"title": "Measures", "links": (_Link("CSV", "/a"),), "words": "of Ana"}))
    assert '<a class="usa-link" href="/a">CSV</a>' in first
    assert "of Ana" not in first
    second = page.render(Context({"title": "<Measures>", "links": (), "words": ""}))
    assert "<h2>&lt;Measures&gt;</h2>" in second
    assert "CSV" not in second
