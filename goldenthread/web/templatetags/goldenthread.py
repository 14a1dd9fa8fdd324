"""What components need beyond Django's own tags."""

from __future__ import annotations

from collections.abc import Hashable

from django import forms, template
from django.forms.boundfield import BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from goldenthread.render.charts import marks
from goldenthread.render.charts.values import Direction, Mark
from goldenthread.render.tables import Cell
from goldenthread.web.desk.forms.saved_views import kept_page
from goldenthread.web.desk.presenters.notices import count_words
from goldenthread.web.keeping import kept

register = template.Library()

_KILO = 1000


@register.simple_tag(name="kept")
def kept_part(template_name: str, **values: Hashable) -> SafeString:
    """A template that sees nothing but these values, and is therefore filled in once for the same ones."""
    return _filled(template_name, **values)


# With the dashboards of 300 units about 20 MB; the parts of every page's frame are a dozen more.
@kept(500)
def _filled(template_name: str, **values: Hashable) -> SafeString:
    return render_to_string(template_name, values)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative icon of the design system's sprite; the words beside it carry the meaning."""
    return _filled("components/icon.html", name=name)


@register.simple_tag
def signal_mark(mark: str, direction: str = "") -> SafeString:
    """The shape of a signal: `mark` and `direction` are values of `Mark` and `Direction`."""
    return marks.icon(Mark(mark), Direction(direction) if direction else None)


@register.simple_tag(takes_context=True)
def save_view_link(context: Context) -> str:
    """Where the page being read can be saved; nothing on one that cannot be."""
    request = context.get("request")
    if request is None or kept_page(request.path_info) is None:
        return ""
    here = f"{request.path_info}?{request.GET.urlencode()}" if request.GET else request.path_info
    link = '<p class="gt-save-view"><a class="usa-link" href="{}?{}">{}</a></p>'
    return format_html(link, reverse("desk:view_new"), urlencode({"of": here}), _("Save this view"))


@register.filter
def cell_html(cell: Cell) -> SafeString:
    """What stands in a cell of a table: its drawing, its words with their icon or link, and the line below.

    No template of its own: a table has a hundred cells, and including one for each cost more than the rest.
    """
    tone = f" gt-tone--{cell.tone}" if cell.tone else ""
    parts = [cell.drawing, SafeString(" ")] if cell.drawing else []
    if cell.icon:
        words = '<span class="gt-signal{}">{}<span>{}</span></span>'
        parts.append(format_html(words, tone, cell.icon, cell.text))
    elif cell.text and cell.href:
        words = '<span class="gt-cell{}"><a href="{}">{}</a></span>'
        parts.append(format_html(words, tone, cell.href, cell.text))
    elif cell.text:
        parts.append(format_html('<span class="gt-cell{}">{}</span>', tone, cell.text))
    if cell.below:
        parts.append(format_html('<span class="gt-below">{}</span>', cell.below))
    # Every part is safe, and so is what they make together.
    return SafeString("".join(parts))


@register.filter
def file_size(size: int) -> str:
    """Bytes as people read them: "640 bytes", "3 kB", "1.4 MB"."""
    if size < _KILO:
        return _("%(size)s bytes") % {"size": size}
    if size < _KILO**2:
        return _("%(size)s kB") % {"size": max(1, round(size / _KILO))}
    return _("%(size)s MB") % {"size": round(size / _KILO**2, 1)}


@register.filter
def in_words(number: int) -> str:
    """A small number as a word that begins a sentence, a larger one in digits."""
    return count_words(number).capitalize()


@register.filter
def initials(name: str) -> str:
    """The first letters of the first and the last word of a name, in capitals."""
    words = name.split()
    return "".join(word[0] for word in dict.fromkeys([*words[:1], *words[-1:]])).upper()


@register.filter
def field_words(name: str) -> str:
    """The name of a field as words, where its label is not at hand."""
    return name.replace("_", " ").replace("-", " ").capitalize()


@register.filter
def percent_of(part: int, whole: int) -> str:
    """The width of a bar from 0 to 100 as SVG writes it; an empty whole is an empty bar."""
    return f"{100 * part / whole:.1f}" if whole else "0"


@register.filter
def field_kind(field: BoundField) -> str:
    """How a form field is laid out: "choices" (radio buttons or several boxes), "checkbox", or "input"."""
    widget = field.field.widget
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return "choices"
    return "checkbox" if isinstance(widget, forms.CheckboxInput) else "input"


@register.filter
def may_stay_empty(field: BoundField) -> bool:
    """Whether a field is said to be optional: one that its form does not ask for, beside one that it does.
    Where a form asks for nothing by itself, what it makes is checked as a whole; a list to choose from has
    words of its own for no choice."""
    if field.field.required or isinstance(field.field.widget, forms.Select):
        return False
    return any(one.required for one in field.form.fields.values() if not one.widget.is_hidden)


@register.filter
def choice_class(field: BoundField) -> str:
    """The design system's class of each choice."""
    # Django's boxes for several choices are a kind of its radio buttons.
    several = isinstance(field.field.widget, forms.CheckboxSelectMultiple)
    return "usa-checkbox" if several else "usa-radio"


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The input itself, with the design system's class for its kind."""
    widget = field.field.widget
    name = "usa-input"
    if isinstance(widget, forms.Textarea):
        name = "usa-textarea"
    elif isinstance(widget, forms.Select):
        name = "usa-select"
    elif isinstance(widget, forms.FileInput):
        name = "usa-file-input"
    elif isinstance(widget, forms.CheckboxInput):
        name = "usa-checkbox__input"
    if field.errors:
        name += " usa-input--error"
    attrs: dict[str, str | bool] = {"class": f"{widget.attrs.get('class', '')} {name}".strip()}
    # Neither a file nor a box to tick can carry it.
    if field.field.required and not isinstance(widget, (forms.FileInput, forms.CheckboxInput)):
        attrs["aria-required"] = "true"
    return field.as_widget(attrs=attrs)
