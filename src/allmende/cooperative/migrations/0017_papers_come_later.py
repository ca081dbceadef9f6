from importlib import import_module

from django.db import migrations, models

kept = import_module("allmende.cooperative.migrations.0004_register_is_kept")


def lay_again(apps, schema_editor):
    """SQLite has rebuilt the table, and dropped its triggers with the old one."""
    if schema_editor.connection.vendor == "sqlite":
        for statement in kept.sqlite():
            if "ON cooperative_registerevent BEGIN" in statement:
                schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("cooperative", "0016_conversions")]

    operations = [
        migrations.AlterField(
            model_name="registerevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("applied", "applied"),
                    ("confirmed", "address confirmed"),
                    ("withdrawn", "application withdrawn"),
                    ("refused", "refused"),
                    ("admitted", "admitted"),
                    ("notified", "notified"),
                    ("more-declared", "further shares declared"),
                    ("more-admitted", "further shares admitted"),
                    ("more-refused", "further shares refused"),
                    ("paid", "payment credited"),
                    ("unpaid", "payment taken back"),
                    ("overpaid", "paid more than owed"),
                    ("details", "name or address changed"),
                    ("representative", "representative changed"),
                    ("group", "group changed"),
                    ("notice", "notice received"),
                    ("notice-withdrawn", "notice withdrawn"),
                    ("excluded", "exclusion decided"),
                    ("exclusion-posted", "exclusion posted"),
                    ("exclusion-revoked", "exclusion revoked"),
                    ("transferred", "transferred"),
                    ("died", "died"),
                    ("heirs", "heirs named"),
                    ("reduced", "shares ended"),
                    ("ended", "membership ended"),
                    ("settled", "settlement computed"),
                    ("paid-out", "settlement paid"),
                    ("payout-returned", "payout came back"),
                    ("converted", "shares converted"),
                    ("replaced", "shares replaced by conversion"),
                    ("allocated", "profit or loss allocated"),
                    ("inspected", "list inspected"),
                    ("reported", "report frozen"),
                    ("forgotten", "personal data erased"),
                    ("correction", "correction"),
                    ("imported", "taken over from an older list"),
                    ("paper-added", "paper added"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.RemoveConstraint("registerevent", "event_kind_exists"),
        migrations.AddConstraint(
            model_name="registerevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    kind__in=[
                        "applied",
                        "confirmed",
                        "withdrawn",
                        "refused",
                        "admitted",
                        "notified",
                        "more-declared",
                        "more-admitted",
                        "more-refused",
                        "paid",
                        "unpaid",
                        "overpaid",
                        "details",
                        "representative",
                        "group",
                        "notice",
                        "notice-withdrawn",
                        "excluded",
                        "exclusion-posted",
                        "exclusion-revoked",
                        "transferred",
                        "died",
                        "heirs",
                        "reduced",
                        "ended",
                        "settled",
                        "paid-out",
                        "payout-returned",
                        "converted",
                        "replaced",
                        "allocated",
                        "inspected",
                        "reported",
                        "forgotten",
                        "correction",
                        "imported",
                        "paper-added",
                    ]
                ),
                name="event_kind_exists",
            ),
        ),
        migrations.RunPython(lay_again, migrations.RunPython.noop),
    ]
