import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cooperative", "0009_proposals_of_wishes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Inspection",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="inspection",
                        serialize=False,
                        to="cooperative.registerevent",
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="opened")),
                ("until", models.DateTimeField(verbose_name="ends")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
            ],
            options={
                "verbose_name": "inspection of the list of members",
                "verbose_name_plural": "inspections of the list of members",
                "ordering": ["-event"],
            },
        ),
        migrations.CreateModel(
            name="RegisterCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked")),
                ("done_at", models.DateTimeField(null=True, verbose_name="done")),
                ("number", models.BigIntegerField(default=0, verbose_name="last event")),
                ("hash", models.CharField(blank=True, max_length=64)),
                ("faults", models.JSONField(default=list, verbose_name="what is wrong")),
            ],
            options={
                "verbose_name": "check of the register",
                "verbose_name_plural": "checks of the register",
                "ordering": ["-pk"],
            },
        ),
        migrations.AddIndex(
            model_name="registerevent",
            index=models.Index(
                condition=models.Q(("other__isnull", False)),
                fields=["other"],
                name="events_of_takers",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gt", models.F("opened_at"))),
                name="inspection_ends_after_it_begins",
            ),
        ),
    ]
