"""What the register is asked: days, years, who inspects."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allmende.cooperative import inspecting, reports
from allmende.cooperative.folding import Stage
from allmende.cooperative.models import Membership

EARLIEST = dt.date(1850, 1, 1)  # older than any cooperative
MINUTES = [15, 30, 60, 120, inspecting.LONGEST]


def day_field(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


def known(day: dt.date) -> dt.date:
    """Raises ValidationError."""
    if day > timezone.localdate():
        raise ValidationError(_("Nobody knows yet what will be known on that day."))
    return day


def near(day: dt.date) -> dt.date:
    """Raises ValidationError."""
    if not EARLIEST <= day <= timezone.localdate() + dt.timedelta(days=366 * 100):
        raise ValidationError(_("This day is too far away."))
    return day


class DaysForm(forms.Form):
    """E and K of the register: of which day, and as known when."""

    on = day_field(_("As of"))
    known_on = day_field(_("As known on"))

    def clean_on(self) -> dt.date:
        return near(self.cleaned_data["on"])

    def clean_known_on(self) -> dt.date:
        return known(self.cleaned_data["known_on"])


class ListForm(DaysForm):
    q = forms.CharField(label=_("Number, name or place"), required=False, max_length=100)


class HoldingsForm(DaysForm):
    which = forms.ChoiceField(
        label=_("Which"),
        choices=[
            ("all", _("all members")),
            ("further", _("with further shares")),
            ("open", _("not fully paid in")),
        ],
    )


class TwoListsForm(DaysForm):
    """The other list; the first one is the older."""

    on = day_field(_("First list: as of"))
    known_on = day_field(_("First list: as known on"))
    then_on = day_field(_("Second list: as of"))
    then_known_on = day_field(_("Second list: as known on"))

    def clean_then_on(self) -> dt.date:
        return near(self.cleaned_data["then_on"])

    def clean_then_known_on(self) -> dt.date:
        return known(self.cleaned_data["then_known_on"])


class YearForm(forms.Form):
    """A business year, by its last day."""

    year = forms.TypedChoiceField(label=_("Business year"), coerce=dt.date.fromisoformat)
    known_on = day_field(_("As known on"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        years = reports.business_years(until=timezone.localdate())
        field = self.fields["year"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(one.end.isoformat(), str(one)) for one in years]

    def clean_known_on(self) -> dt.date:
        return known(self.cleaned_data["known_on"])


class InspectionForm(forms.Form):
    """Who may read the list: a member by number, or somebody who says why."""

    number = forms.IntegerField(
        label=_("Member number"), required=False, min_value=1,
        help_text=_("Of the member who wants to read the list."),
    )  # fmt: skip
    name = forms.CharField(
        label=_("Somebody else: name"), required=False, max_length=150,
        help_text=_("Of a person who is no member and has a legitimate interest."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Needed of whoever is no member: which legitimate interest, and how shown."),
    )  # fmt: skip
    told = forms.BooleanField(
        label=_("They were told that they may use what they read for this purpose only."),
        required=False,
    )
    minutes = forms.TypedChoiceField(
        label=_("For how long"), coerce=int, initial=30,
        choices=[(number, _("%(number)d minutes") % {"number": number}) for number in MINUTES],
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        number, name = found.get("number"), found.get("name", "").strip()
        if bool(number) == bool(name) and "number" not in self.errors:
            self.add_error("number", _("Name either a member's number or somebody else."))
        elif number:
            rows = Membership.objects.filter(number=number, stage=Stage.MEMBER)
            found["member"] = rows.first()
            if found["member"] is None:
                self.add_error("number", _("No member has this number now."))
        elif name:
            if not found.get("reason", "").strip():
                self.add_error("reason", _("Whoever is no member needs a reason."))
            if not found.get("told"):
                self.add_error("told", _("Please tell them, and tick this."))
        return found
