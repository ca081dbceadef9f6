from importlib import import_module

from django.db import migrations, models

kept = import_module("allmende.cooperative.migrations.0006_declarations_are_kept")


def lay_again(apps, schema_editor):
    """SQLite has rebuilt the table, and dropped its trigger with the old one."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(next(kept.sqlite()), params=None)


class Migration(migrations.Migration):
    dependencies = [("cooperative", "0010_looking")]

    operations = [
        migrations.RemoveConstraint("declaration", "join_forgotten_leaves_nothing"),
        migrations.AddConstraint(
            model_name="declaration",
            constraint=models.CheckConstraint(
                condition=models.Q(forgotten_at=None)
                | models.Q(
                    state__in=["admitted", "refused", "withdrawn"],
                    email_mark="",
                    name_mark="",
                    paper_hash="",
                ),
                name="join_forgotten_leaves_nothing",
            ),
        ),
        migrations.RunPython(lay_again, migrations.RunPython.noop),
    ]
