from django.db import migrations

from goldenthread.record.access import second_lock


def lay_second_lock(apps, schema_editor):
    """On PostgreSQL; goldenthread init lays it again each time, for roles are in code."""
    second_lock.lay()


class Migration(migrations.Migration):

    dependencies = [
        ('record', '0007_audit_rows_say_in_whose_place'),
        ('accounts', '0002_signing_in'),
        ('mfa', '0003_authenticator_type_uniq'),
        ('usersessions', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(lay_second_lock, migrations.RunPython.noop),
    ]
