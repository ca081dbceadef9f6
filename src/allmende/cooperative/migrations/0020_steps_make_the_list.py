"""The list of members is added up along one index; a member's number lies in it."""

from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Subquery
from django.db.models.deletion import PROTECT


def number(apps: Any, schema_editor: Any) -> None:
    events = apps.get_model("cooperative", "RegisterEvent").objects
    given = events.filter(number=OuterRef("event")).values("member_number")
    joining = apps.get_model("cooperative", "Step").objects.filter(
        shares__gt=0, event__member_number__isnull=False
    )
    joining.update(member_number=Subquery(given))


class Migration(migrations.Migration):
    dependencies = [("cooperative", "0019_printouts_go_along")]

    operations = [
        migrations.AddField("step", "member_number", models.PositiveIntegerField(null=True)),
        migrations.RunPython(number, migrations.RunPython.noop),
        migrations.AlterField(
            "step",
            "membership",
            models.ForeignKey(
                "cooperative.membership", PROTECT, related_name="steps", db_index=False
            ),
        ),
        migrations.AddIndex(
            "step",
            models.Index(
                fields=[
                    "membership", "from_on", "void_from", "event", "member_number", "shares",
                    "nominal_cents", "credit_cents",
                ],
                name="steps_of_members",
            ),
        ),
    ]  # fmt: skip
