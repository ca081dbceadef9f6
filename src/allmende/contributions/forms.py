"""What givers fill in: what they give, who they are, and what their way of paying asks."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from allmende.contributions import debits
from allmende.contributions.models import Offer
from allmende.ledger import money
from allmende.ledger.money import Money
from allmende.payments import ibans, providers
from allmende.payments.models import Pledge

MOST = Money(20_000_00)  # more is a slip of the hand, or deserves a conversation first
OTHER = "other"
Rhythm = Pledge.Rhythm


def spoken() -> str:
    return (get_language() or "de").split("-")[0]


class GiftForm(forms.Form):
    """How much, how often, by which way. `amount` is a suggestion, or says that `other` counts."""

    rhythm = forms.ChoiceField(
        label=_("How often"), choices=Rhythm.choices, widget=forms.HiddenInput
    )
    amount = forms.CharField(label=_("How much"), max_length=20, required=False)
    other = forms.CharField(label=_("Another amount in euros"), max_length=20, required=False)
    method = forms.ChoiceField(label=_("How you pay"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, offer: Offer, rhythm: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer = offer
        self.suggestions = offer.suggestions(rhythm)
        self.methods = list(providers.offered(rhythm))
        self.fields["method"].choices = [(one.name, one.title) for one in self.methods]  # type: ignore[attr-defined]
        self.fields["method"].error_messages["required"] = _("Please choose how you pay.")
        self.fields["method"].error_messages["invalid_choice"] = _(
            "This way of paying is not there at the moment. Please choose another."
        )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        typed = found.get("other", "").strip()
        chosen = found.get("amount", "")
        if typed and chosen not in ("", OTHER):
            self.add_error("other", _("You chose an amount and wrote another. Which shall it be?"))
            return found
        try:
            if typed:
                found["money"] = money.read(typed, language=spoken())
            elif chosen and chosen != OTHER:
                found["money"] = money.from_plain(chosen)
        except money.NotMoney:
            self.add_error("other", _("Please write an amount such as 12 or 12.50."))
            return found
        if "money" not in found:
            self.add_error("other", _("Please choose an amount, or write one."))
        elif found["money"] < self.offer.least:
            least = money.show(self.offer.least, language=spoken())
            self.add_error(
                "other",
                ValidationError(
                    _("Please give at least %(least)s: less would go to the payment's costs."),
                    params={"least": least},
                ),
            )
        elif found["money"] > MOST:
            self.add_error(
                "other",
                _("That is very much. Please write to us first, so that nothing goes wrong."),
            )
        return found


class PersonForm(forms.Form):
    """Who gives. Names are needed for statements only."""

    first_name = forms.CharField(
        label=_("First name"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label=_("Surname"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("For the confirmation, and for the link by which you change or end it."),
    )


WRONG_IBANS = {
    ibans.WrongShape: _("An IBAN of this country has another length. Please look at it again."),
    ibans.Mistyped: _("The check digits do not fit: probably one digit is mistyped."),
    ibans.OutsideSepa: _("From this country we cannot collect. Please choose another way."),
    ibans.UnknownBank: _("We do not know this bank. Please look at the IBAN again."),
}


class DebitForm(PersonForm):
    """Direct debit asks for the account, and for who holds it."""

    holder = forms.CharField(
        label=_("Account holder"),
        max_length=70,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    iban = forms.CharField(
        label=_("IBAN"),
        max_length=42,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    street = forms.CharField(
        label=_("Street and number"),
        max_length=70,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-line1"}),
    )
    postcode = forms.CharField(
        label=_("Postcode"),
        max_length=16,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )
    town = forms.CharField(
        label=_("Town"),
        max_length=35,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """An address is asked for only where the account's bank wants one."""
        super().__init__(*args, **kwargs)
        typed = str(self["iban"].value() or "")
        if not typed or not ibans.needs_address(ibans.compact(typed)):
            for name in ("street", "postcode", "town"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if "town" in self.fields and not found.get("town") and "iban" in found:
            self.add_error("town", _("For an account in this country your bank needs an address."))
        return found

    def clean_iban(self) -> str:
        try:
            return ibans.read(self.cleaned_data["iban"])
        except ibans.BadIban as wrong:
            raise ValidationError(WRONG_IBANS[type(wrong)]) from wrong


# What ways of paying ask beyond who somebody is.
ASKING: dict[str, type[PersonForm]] = {debits.METHOD: DebitForm}


def person_form(method: str) -> type[PersonForm]:
    return ASKING.get(method, PersonForm)


class ReminderForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    month = forms.ChoiceField(label=_("Month"))

    def __init__(self, *args: Any, months: list[dt.date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(f"{month:%Y-%m}", date_format(month, "F Y")) for month in months]
        self.fields["month"].choices = choices  # type: ignore[attr-defined]

    def clean_month(self) -> dt.date:
        year, month = self.cleaned_data["month"].split("-")
        return dt.date(int(year), int(month), 1)


class LinkForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class AmountForm(forms.Form):
    """Another amount from the next payment on."""

    amount = forms.CharField(label=_("Another amount in euros"), max_length=20)

    def __init__(self, *args: Any, least: Money, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.least = least

    def clean_amount(self) -> Money:
        try:
            amount = money.read(self.cleaned_data["amount"], language=spoken())
        except money.NotMoney as error:
            raise ValidationError(_("Please write an amount such as 12 or 12.50.")) from error
        if amount < self.least or amount > MOST:
            least, most = (money.show(one, language=spoken()) for one in (self.least, MOST))
            raise ValidationError(
                _("Please write an amount between %(least)s and %(most)s."),
                params={"least": least, "most": most},
            )
        return amount


class AccountForm(forms.Form):
    """Another account for a mandate that stands."""

    iban = DebitForm.base_fields["iban"]
    clean_iban = DebitForm.clean_iban


class TerminateForm(forms.Form):
    """§ 312k (2) BGB: what kind, who, which contract, to when, and where to confirm it."""

    kind = forms.ChoiceField(
        label=_("What do you want?"),
        choices=[
            ("end", _("To terminate: nothing is collected any more")),
            ("withdraw", _("To withdraw, within 14 days: what was paid comes back")),
        ],
        initial="end",
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Best the one with which you began. The confirmation goes there."),
    )
    words = forms.CharField(
        label=_("Which contribution, and why, if you want to say"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    wanted_on = forms.DateField(
        label=_("To end on, if not at once"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
