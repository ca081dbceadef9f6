"""What whoever joins fills in: what they want, who they are, and what the law has acknowledged."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allmende.cooperative import joining, terms, wording
from allmende.cooperative.joining import COUPLE, GIFT, MINOR, ORGANISATION
from allmende.cooperative.models import MemberGroup, Statute
from allmende.cooperative.wording import Block
from allmende.ledger.money import Money

COUNTRIES = [
    ("DE", _("Germany")),
    ("AT", _("Austria")),
    ("BE", _("Belgium")),
    ("CZ", _("Czechia")),
    ("DK", _("Denmark")),
    ("ES", _("Spain")),
    ("FR", _("France")),
    ("GB", _("United Kingdom")),
    ("IT", _("Italy")),
    ("LU", _("Luxembourg")),
    ("NL", _("Netherlands")),
    ("PL", _("Poland")),
    ("CH", _("Switzerland")),
    ("US", _("United States")),
]


def text(label: Any, length: int, autocomplete: str = "off", **more: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=length, widget=widget, **more)


def paid(law: Statute, number: int) -> str:
    """Of one share, in so many instalments."""
    amount = wording.money(Money(law.share_cents // number, law.currency))
    if number == 1:
        return gettext("all at once")
    said = {"number": number, "amount": amount}
    return gettext("%(number)d instalments of %(amount)s for each share") % said


class WishForm(forms.Form):
    """For whom, as what, how many shares, and how they are paid."""

    kind = forms.ChoiceField(label=_("For whom?"), widget=forms.RadioSelect)
    group = forms.ChoiceField(label=_("What are you to the paper?"), widget=forms.RadioSelect)
    shares = forms.IntegerField(
        label=_("How many shares?"),
        min_value=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": "1"}),
    )
    instalments = forms.TypedChoiceField(label=_("How do you pay?"), coerce=int)

    def __init__(self, *args: Any, law: Statute, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.law = law
        self.groups = list(law.groups.filter(online=True))
        self.choose("kind", joining.kinds(law).items())
        self.choose("group", [(one.code, one.name(language)) for one in self.groups])
        offered = terms.offered_instalments(law)
        self.choose("instalments", [(number, paid(law, number)) for number in offered])
        if len(self.groups) == 1:
            del self.fields["group"]
        if len(offered) == 1:
            del self.fields["instalments"]

    def choose(self, name: str, choices: Any) -> None:
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        found.setdefault("instalments", 1)
        if len(self.groups) == 1:
            found["group"] = self.groups[0].code
        if "shares" not in found or "group" not in found:
            return found
        for field, words in terms.faults(
            self.law,
            group=self.group_of(found["group"]),
            shares=found["shares"],
            instalments=found["instalments"],
        ):
            self.add_error(field if field in self.fields else "shares", ValidationError(str(words)))
        return found

    def group_of(self, code: str) -> MemberGroup | None:
        return next((one for one in self.groups if one.code == code), None)


class DetailsForm(forms.Form):
    """Who joins, as the list of members asks it (§ 30 GenG). `kind` says what else is asked."""

    organisation = text(_("Name of the organisation"), 200, "organization")
    representative = text(
        _("Represented by"), 200, "name", help_text=_("First names and surname of who may sign.")
    )
    giver = text(_("Your name"), 200, help_text=_("It stands in the mail to whom you give."))
    first_names = text(_("First names"), 150, "given-name")
    last_name = text(_("Surname"), 150, "family-name")
    born_on = forms.DateField(
        label=_("Date of birth"), widget=forms.DateInput(attrs={"type": "date"})
    )
    guardian = text(
        _("Legal guardian"), 200, "name", help_text=_("First names and surname, as you sign.")
    )
    second_guardian = text(
        _("Second legal guardian"),
        200,
        required=False,
        help_text=_("Where two have custody, both declare."),
    )
    street = text(_("Street and number"), 200, "address-line1")
    postcode = text(_("Postcode"), 20, "postal-code")
    town = text(_("Town"), 100, "address-level2")
    country = forms.ChoiceField(
        label=_("Country"),
        choices=COUNTRIES,
        initial="DE",
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    partner_first_names = text(_("First names of the second person"), 150)
    partner_last_name = text(_("Surname of the second person"), 150)
    partner_email = forms.EmailField(
        label=_("E-mail address of the second person"),
        max_length=254,
        required=False,
        help_text=_("Empty: the same. Each gets a mail of their own, and declares for themselves."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    printout = forms.BooleanField(
        label=_("Please send me the statute on paper, by post and for nothing."), required=False
    )

    ONLY = {
        ORGANISATION: ["organisation", "representative"],
        GIFT: ["giver"],
        MINOR: ["born_on", "guardian", "second_guardian"],
        COUPLE: ["partner_first_names", "partner_last_name", "partner_email"],
    }

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for other, names in self.ONLY.items():
            if other != kind:
                for name in names:
                    del self.fields[name]
        if kind == ORGANISATION:
            del self.fields["first_names"], self.fields["last_name"]
        if kind == GIFT:
            del self.fields["printout"]
            self.fields["email"].help_text = _("Of whom you give to: they have to declare it.")
        else:
            self.fields["email"].help_text = _("The link that confirms the declaration goes there.")

    def clean_born_on(self) -> str:
        day = self.cleaned_data["born_on"]
        if day >= timezone.localdate():
            raise ValidationError(_("This day is still to come."))
        return str(day.isoformat())


class AcknowledgeForm(forms.Form):
    """A box to tick for each highlighted block (§ 15a sentences 2 and 3 GenG)."""

    def __init__(self, *args: Any, blocks: list[Block], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for block in blocks:
            self.fields[f"ack_{block.code}"] = forms.BooleanField(
                label=_("I have read this, and agree to it expressly."),
                error_messages={"required": _("Please tick this box, if you agree.")},
            )


class PrintoutForm(forms.Form):
    """Where the statute is sent on paper."""

    name = text(_("Name"), 200, "name")
    street = DetailsForm.base_fields["street"]
    postcode = DetailsForm.base_fields["postcode"]
    town = DetailsForm.base_fields["town"]
