from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("record", "0010_legal_holds")]

    operations = [
        migrations.AddField(
            model_name="source",
            name="facts_held_from",
            field=models.DateField(
                blank=True,
                help_text="Rows of single workers from before it were let go: nothing there is computed again",
                null=True,
            ),
        ),
    ]
