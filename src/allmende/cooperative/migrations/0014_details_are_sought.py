"""One column to look through instead of six, in small letters of every alphabet."""

from typing import Any

from django.db import migrations, models

LOT = 1000
WRITTEN = ["organisation", "last_name", "first_names", "street", "postcode", "town"]


def fill(apps: Any, schema_editor: Any) -> None:
    details = apps.get_model("cooperative", "Detail").objects
    rows = list(details.all())
    for row in rows:
        row.sought = "\n".join(getattr(row, name) for name in WRITTEN).casefold()
    details.bulk_update(rows, ["sought"], batch_size=LOT)


class Migration(migrations.Migration):
    dependencies = [("cooperative", "0013_member_papers_are_kept")]

    operations = [
        migrations.AddField(
            "detail",
            "sought",
            models.TextField(blank=True, default="", editable=False),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
