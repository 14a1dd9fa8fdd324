"""What every form of these pages shares."""

from __future__ import annotations

from django import forms


class PlainForm(forms.Form):
    """A form whose answers the server alone checks: a browser's own bubble does not say what to do."""

    use_required_attribute = False
