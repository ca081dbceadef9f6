"""What the desk fills in about a newsletter."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.models import WagtailAdminModelForm

from allmende.newsletters import addressing, keeping
from allmende.newsletters.models import Newsletter
from allmende.newsletters.models.subscriptions import LONGEST
from allmende.newsletters.rhythms import DAY, Calendar, Rhythm, days_of
from allmende.newsroom import reading

LEADS_ON = gettext_lazy("The address before leads on, for letters that have left name it.")
SHOWN = 3  # days to come


class WeekdaysField(forms.MultipleChoiceField):
    """Days that are ticked; its value is a bit for each, Monday's is 1."""

    widget = forms.CheckboxSelectMultiple

    def prepare_value(self, value: Any) -> Any:
        return days_of(value) if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def clean(self, value: Any) -> int:
        return sum(1 << day for day in {int(day) for day in super().clean(value)})


class NewsletterForm(WagtailAdminModelForm):
    """The address may change, but not to one that another newsletter had."""

    weekdays = WeekdaysField(
        label=gettext_lazy("Days"),
        required=False,
        choices=WEEKDAYS.items(),
        help_text=gettext_lazy(
            "Every week: one or several, for a daily newsletter all. Otherwise one: “on the first”"
            " and Friday is the first Friday of the month."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["slug"].help_text = LEADS_ON
            self.fields["rhythm"].help_text = next_days(self.instance)
            if wording := keeping.in_force(self.instance):
                self.fields["consent_text"].help_text = _(
                    "Version %(number)d. A changed text becomes the next version, to which new"
                    " subscribers agree; whoever agreed before keeps the old one as proof."
                ) % {"number": wording.number}

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if addressing.is_anothers(slug, self.instance):
            raise ValidationError(_("Letters of another newsletter name this address."))
        return slug

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean()
        rhythm = said.get("rhythm")
        if rhythm != Rhythm.FORTNIGHTLY:  # what stands there counts for nothing
            self.errors.pop("counted_from", None)
            said["counted_from"] = None
        elif not said.get("counted_from") and "counted_from" not in self.errors:
            self.add_error("counted_from", _("Every second week is counted from a day: name it."))
        if rhythm and rhythm != Rhythm.HAND and "weekdays" in said:
            self.check_days(rhythm, said["weekdays"], hours=said.get("drafted_before") or 0)
        return said

    def check_days(self, rhythm: str, weekdays: int, *, hours: int) -> None:
        if not weekdays:
            self.add_error("weekdays", _("Tick a day."))
        elif rhythm != Rhythm.WEEKLY and weekdays.bit_count() > 1:
            self.add_error("weekdays", _("Tick one day: only a weekly newsletter has several."))
        # An hour for the change of clocks, and one for the issue before to have left.
        elif hours > (most := min(24 * Calendar(rhythm, weekdays).closest - 2, LONGEST)):
            told = _("With these days %(most)d at the most, so that the issue before has left.")
            self.add_error("drafted_before", told % {"most": most})


def next_days(newsletter: Newsletter) -> str:
    """As "4 December 2026, 11 December 2026", in a sentence; empty where all is by hand."""
    days: list[str] = []
    day = newsletter.calendar.next(timezone.localdate(timezone=reading.zone()))
    while day and len(days) < SHOWN:
        days.append(date_format(day, "DATE_FORMAT"))
        day = newsletter.calendar.next(day + DAY)
    return _("The next, as it is saved: %(days)s.") % {"days": ", ".join(days)} if days else ""
