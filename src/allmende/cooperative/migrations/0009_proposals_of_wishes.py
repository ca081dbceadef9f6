import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """A proposal waits for hours, and can be made again: the table is laid anew with its own key."""

    dependencies = [
        ("cooperative", "0008_proposals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.DeleteModel("Proposal"),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("admits", models.BooleanField(verbose_name="admit")),
                ("decided_on", models.DateField(verbose_name="decided on")),
                ("at", models.DateTimeField(verbose_name="time")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposals",
                        to="cooperative.membership",
                    ),
                ),
                (
                    "wish",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposal",
                        to="cooperative.registerevent",
                    ),
                ),
            ],
            options={
                "verbose_name": "decision that waits for a second person",
                "verbose_name_plural": "decisions that wait for a second person",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("wish", None)),
                        fields=("membership",),
                        name="one_proposal_an_application",
                    )
                ],
            },
        ),
    ]
