"""A field of a form as every page shows it."""

from __future__ import annotations

import re

from django import forms
from django.template.loader import render_to_string

from goldenthread.web.desk.forms.plain import PlainForm


class _Form(forms.Form):
    months = forms.MultipleChoiceField(
        choices=[("7", "July"), ("8", "August")], widget=forms.CheckboxSelectMultiple, help_text="Any."
    )
    sure = forms.BooleanField()
    reason = forms.CharField(help_text="In a sentence.")


def test_a_field_that_needs_correcting_is_described_by_its_hint_and_its_error() -> None:
    for name, ids in (
        ("months", ["id_months_helptext", "id_months_error"]),
        ("sure", ["id_sure_error"]),
        ("reason", ["id_reason_helptext", "id_reason_error"]),
    ):
        html = render_to_string("components/field.html", {"field": _Form({})[name]})
        (described,) = re.findall(r'aria-describedby="([^"]*)"', html)
        assert described.split() == ids
        assert [html.count(f'id="{one}"') for one in ids] == [1] * len(ids)


def test_the_summary_of_errors_leads_to_each_field() -> None:
    form = _Form({})
    summary = render_to_string("components/form_errors.html", {"form": form})
    fields = "".join(render_to_string("components/field.html", {"field": field}) for field in form)
    targets = re.findall(r'href="#([^"]*)"', summary)
    assert len(targets) == 3
    assert [fields.count(f'id="{target}"') for target in targets] == [1, 1, 1]


class _Mixed(PlainForm):
    mission = forms.CharField(error_messages={"required": "Write what it is for."})
    vision = forms.CharField(required=False)
    place = forms.ChoiceField(required=False, choices=[("", "every unit"), ("n", "North")])


class _AsksNothing(forms.Form):
    title = forms.CharField(required=False)


def test_beside_a_field_that_is_asked_for_the_others_are_said_to_be_optional() -> None:
    shown = {one.name: render_to_string("components/field.html", {"field": one}) for one in _Mixed()}
    assert {name for name, html in shown.items() if "optional" in html} == {"vision"}
    assert {name for name, html in shown.items() if 'aria-required="true"' in html} == {"mission"}
    assert not [html for html in shown.values() if " required" in html]
    (alone,) = [render_to_string("components/field.html", {"field": one}) for one in _AsksNothing()]
    assert "optional" not in alone


def test_a_field_without_hint_and_error_is_described_by_nothing() -> None:
    form = forms.Form()
    form.fields["sides"] = forms.ChoiceField(choices=[("l", "Left")], widget=forms.RadioSelect)
    assert "aria-describedby" not in render_to_string("components/field.html", {"field": form["sides"]})
