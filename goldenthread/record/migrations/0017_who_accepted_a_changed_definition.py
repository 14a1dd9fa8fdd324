"""Whoever accepted a changed definition is who loads the file that waited for it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0016_consultations_are_of_a_unit"),
    ]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="accepted_by",
            field=models.CharField(
                blank=True,
                help_text="Who accepted the change of the definition by which it is read again and loaded",
                max_length=200,
            ),
        ),
    ]
