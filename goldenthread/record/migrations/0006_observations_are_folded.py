"""Values of few people are folded, from this change on; the next computation folds others with them."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

FOLDED, FEWEST = 3, 5


def close_what_is_of_few(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    observation = apps.get_model("record", "Observation")
    few = observation.objects.filter(unit__isnull=False, contributors__gt=0, contributors__lt=FEWEST)
    few.update(fold=FOLDED)
    outdated = apps.get_model("record", "Outdated")
    measures = apps.get_model("record", "Measure").objects.values_list("pk", flat=True)
    outdated.objects.bulk_create(outdated(measure_id=measure) for measure in measures)


class Migration(migrations.Migration):
    dependencies = [("record", "0005_grants_over_services_proposals_and_delegations")]

    operations = [
        migrations.AlterField(
            "observation",
            "contributors",
            models.IntegerField(
                blank=True,
                null=True,
                help_text="How many people's work stands behind it; of a rate, the side of fewer",
            ),
        ),
        migrations.AddField(
            "observation",
            "fold",
            models.PositiveSmallIntegerField(default=0, help_text="To whom it is closed, a calc Fold"),
        ),
        migrations.AddField(
            "reportedvalue",
            "fold",
            models.PositiveSmallIntegerField(default=0, help_text="That of the value when reported"),
        ),
        migrations.AddIndex(
            "observation",
            models.Index(
                condition=models.Q(("fold__gt", 0)),
                fields=["measure", "period_start"],
                name="observation_folded",
            ),
        ),
        migrations.RunPython(close_what_is_of_few, migrations.RunPython.noop),
    ]
