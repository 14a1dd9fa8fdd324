"""Typed values say when they were first handed in, and how often again."""

from django.db import migrations, models
from django.db.models import F, Q


def as_last_typed(apps, schema_editor):
    """Of those there are, the day they were last typed is the best that is known."""
    values = apps.get_model("record", "TypedValue").objects
    values.exclude(state="draft").update(handed_in_at=F("typed_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0020_subscriptions"),
    ]

    operations = [
        migrations.AddField(
            model_name="typedvalue",
            name="corrections",
            field=models.PositiveIntegerField(
                default=0, help_text="How often it was handed in again since then"
            ),
        ),
        migrations.AddField(
            model_name="typedvalue",
            name="handed_in_at",
            field=models.DateTimeField(blank=True, help_text="When it was first handed in", null=True),
        ),
        migrations.RunPython(as_last_typed, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="typedvalue",
            constraint=models.CheckConstraint(
                condition=Q(state="draft") | Q(handed_in_at__isnull=False),
                name="value_handed_in_says_when",
                violation_error_message="A value that was handed in says when.",
            ),
        ),
    ]
