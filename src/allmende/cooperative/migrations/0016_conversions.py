import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cooperative", "0015_payout_accounts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="statute",
            name="second_person",
            field=models.BooleanField(
                default=False, verbose_name="admission and conversion take a second person"
            ),
        ),
        migrations.CreateModel(
            name="Conversion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="first day of the new shares")),
                ("asked_at", models.DateTimeField(verbose_name="asked")),
                ("begun_at", models.DateTimeField(null=True, verbose_name="begun")),
                (
                    "total",
                    models.PositiveIntegerField(null=True, verbose_name="members to convert"),
                ),
                (
                    "number",
                    models.PositiveIntegerField(default=0, verbose_name="up to member number"),
                ),
                (
                    "done",
                    models.PositiveIntegerField(default=0, verbose_name="members converted"),
                ),
                (
                    "refused",
                    models.JSONField(default=list, verbose_name="refused by the register"),
                ),
                ("moved_at", models.DateTimeField(null=True, verbose_name="last lot")),
                ("done_at", models.DateTimeField(null=True, verbose_name="done")),
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
                    "second",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="second person",
                    ),
                ),
                (
                    "statute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conversions",
                        to="cooperative.statute",
                    ),
                ),
            ],
            options={
                "verbose_name": "conversion of shares",
                "verbose_name_plural": "conversions of shares",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_at", None)),
                        fields=("statute",),
                        name="one_open_conversion_a_statute",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("second__isnull", True),
                            models.Q(("second", models.F("by")), _negated=True),
                            _connector="OR",
                        ),
                        name="conversion_has_two_persons_that_differ",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done_at", None), ("begun_at__isnull", False), _connector="OR"
                        ),
                        name="conversion_ends_after_it_began",
                    ),
                ],
            },
        ),
    ]
