"""What staff said is of the unit whose staff said it."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def fill_units(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Until now nothing said where staff were asked; it was where the report is kept."""
    for one in apps.get_model("record", "Consultation").objects.exclude(report__unit=None):
        one.unit = one.report.unit.key
        one.save(update_fields=["unit"])


class Migration(migrations.Migration):
    dependencies = [("record", "0015_uses_for_single_workers")]

    operations = [
        migrations.AddField(
            model_name="consultation",
            name="unit",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Who kept the report; empty for the whole organization",
                max_length=100,
            ),
            preserve_default=False,
        ),
        migrations.RunPython(fill_units, migrations.RunPython.noop),
    ]
