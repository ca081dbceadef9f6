"""Newsletters that left weekly go on as they did."""

from typing import Any

import django.core.validators
from django.db import migrations, models


def days_from_day(apps: Any, schema_editor: Any) -> None:
    newsletters = rows(apps, schema_editor)
    for day in range(7):
        newsletters.filter(weekday=day).update(weekdays=1 << day)


def day_from_days(apps: Any, schema_editor: Any) -> None:
    """The first one, for there was no room for more."""
    newsletters = rows(apps, schema_editor)
    for weekdays in range(1, 1 << 7):
        first = (weekdays & -weekdays).bit_length() - 1
        newsletters.filter(weekdays=weekdays).update(weekday=first)


def rows(apps: Any, schema_editor: Any) -> Any:
    return apps.get_model("newsletters", "Newsletter").objects.using(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [
        ("newsletters", "0006_pictures"),
    ]

    operations = [
        migrations.AddField(
            model_name="newsletter",
            name="rhythm",
            field=models.CharField(
                choices=[
                    ("weekly", "every week"),
                    ("fortnightly", "every second week"),
                    ("first", "every month, on the first"),
                    ("second", "every month, on the second"),
                    ("third", "every month, on the third"),
                    ("fourth", "every month, on the fourth"),
                    ("last", "every month, on the last"),
                    ("hand", "only by hand"),
                ],
                default="weekly",
                max_length=11,
                verbose_name="how often",
            ),
        ),
        migrations.AddField(
            model_name="newsletter",
            name="weekdays",
            field=models.PositiveSmallIntegerField(
                default=16,
                validators=[django.core.validators.MaxValueValidator(127)],
                verbose_name="days",
            ),
        ),
        migrations.AddField(
            model_name="newsletter",
            name="counted_from",
            field=models.DateField(
                blank=True,
                help_text="Every second week is counted from it.",
                null=True,
                verbose_name="a day in a week with an issue",
            ),
        ),
        migrations.RunPython(days_from_day, day_from_days),
        migrations.RemoveConstraint(
            model_name="newsletter",
            name="newsletter_weekday_exists",
        ),
        migrations.RemoveField(
            model_name="newsletter",
            name="weekday",
        ),
        migrations.AddConstraint(
            model_name="newsletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("rhythm", "hand"), ("weekdays__lte", 127)),
                    models.Q(("rhythm", "weekly"), ("weekdays__gte", 1), ("weekdays__lte", 127)),
                    models.Q(
                        (
                            "rhythm__in",
                            ["fortnightly", "first", "second", "third", "fourth", "last"],
                        ),
                        ("weekdays__in", [1, 2, 4, 8, 16, 32, 64]),
                    ),
                    _connector="OR",
                ),
                name="newsletter_has_the_days_of_its_rhythm",
            ),
        ),
        migrations.AddConstraint(
            model_name="newsletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("counted_from__isnull", False), ("rhythm", "fortnightly")),
                    models.Q(
                        models.Q(("rhythm", "fortnightly"), _negated=True),
                        ("counted_from__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="newsletter_fortnights_are_counted",
            ),
        ),
        migrations.AddField(
            model_name="issue",
            name="since",
            field=models.DateTimeField(editable=False, null=True, verbose_name="gathers since"),
        ),
        migrations.AlterField(
            model_name="item",
            name="part",
            field=models.CharField(
                choices=[
                    ("topics", "most important topics"),
                    ("highlights", "highlights of the edition"),
                ],
                max_length=10,
                verbose_name="part",
            ),
        ),
        migrations.AlterField(
            model_name="newsletter",
            name="description",
            field=models.CharField(
                help_text="What is in it, in one or two sentences. How often it comes is added.",
                max_length=300,
                verbose_name="description",
            ),
        ),
    ]
