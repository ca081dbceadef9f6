"""What members fill in on their own page: further shares, notice, their name and address."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from allmende.cooperative import terms
from allmende.cooperative.folding import State
from allmende.cooperative.forms import DetailsForm, paid, text
from allmende.cooperative.models import Statute
from allmende.payments import ibans

WHOLE, SOME = "whole", "some"
WHY = forms.Textarea(attrs={"rows": "5"})


class FurtherForm(forms.Form):
    """most: how many more shares the statute lets this member take now."""

    shares = forms.IntegerField(
        label=_("How many further shares?"),
        min_value=1,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": "1"}),
    )
    instalments = forms.TypedChoiceField(label=_("How do you pay?"), coerce=int)

    def __init__(self, *args: Any, law: Statute, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = most
        offered = terms.offered_instalments(law)
        choices = [(number, paid(law, number)) for number in offered]
        self.fields["instalments"].choices = choices  # type: ignore[attr-defined]
        if len(offered) == 1:
            del self.fields["instalments"]

    def clean_shares(self) -> int:
        wanted: int = self.cleaned_data["shares"]
        if wanted > self.most:
            words = ngettext(
                "The statute allows you %(most)d further share now.",
                "The statute allows you %(most)d further shares now.",
                self.most,
            )
            raise ValidationError(words % {"most": self.most})
        return wanted

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        found.setdefault("instalments", 1)
        return found


class NoticeForm(forms.Form):
    """What is given notice of. early: whether the statute knows an earlier end for this member."""

    what = forms.ChoiceField(label=_("Of what do you give notice?"), widget=forms.RadioSelect)
    shares = forms.IntegerField(
        label=_("How many shares?"),
        min_value=1,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": "1"}),
    )

    def __init__(self, *args: Any, state: State, law: Statute, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = state.shares - state.given_notice - law.compulsory_shares
        choices = [(WHOLE, _("of the whole membership, with all shares"))]
        if self.most > 0:
            choices.append((SOME, _("of single shares; I stay a member")))
        else:
            del self.fields["shares"]
            self.fields["what"].initial = WHOLE
        self.fields["what"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("what") != SOME or "shares" not in self.fields:
            return found
        wanted = found.get("shares")
        if "shares" not in self.errors and not (wanted and wanted <= self.most):
            words = ngettext(
                "You can give back %(most)d share and stay a member.",
                "You can give back up to %(most)d shares and stay a member.",
                self.most,
            )
            self.add_error("shares", ValidationError(words % {"most": self.most}))
        return found


class EarlyForm(forms.Form):
    early = forms.BooleanField(
        label=_("Please let my membership end earlier, because staying is too hard for me."),
        required=False,
    )
    why = forms.CharField(
        label=_("Why staying is too hard"),
        required=False,
        max_length=2000,
        widget=WHY,
        help_text=_(
            "Only for an earlier end: the board reads it and decides. Say no more than you want."
        ),
    )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("early") and not found.get("why", "").strip():
            self.add_error("why", _("Please say in a few words why; the law asks for a reason."))
        return found


class AddressForm(forms.Form):
    """Where the member lives, as the list says it (§ 30 GenG)."""

    street = DetailsForm.base_fields["street"]
    postcode = DetailsForm.base_fields["postcode"]
    town = DetailsForm.base_fields["town"]
    country = DetailsForm.base_fields["country"]


class NameForm(forms.Form):
    """Another name of the same member. Somebody else becomes one by a transfer."""

    organisation = DetailsForm.base_fields["organisation"]
    first_names = text(_("First names"), 150, "given-name")
    last_name = text(_("Surname"), 150, "family-name")
    why = forms.CharField(
        label=_("Since when, and why"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=_(
            "By marriage, say. The office may ask for a copy of the document that shows it."
        ),
    )

    def __init__(self, *args: Any, organisation: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ["first_names", "last_name"] if organisation else ["organisation"]:
            del self.fields[name]


class WhyForm(forms.Form):
    why = forms.CharField(
        label=_("Your words to the board"), required=False, max_length=2000, widget=WHY
    )


class AccountForm(forms.Form):
    """Where a payout is to go."""

    holder = text(_("Holder of the account"), 70, "name")
    iban = text("IBAN", 42)

    def clean_iban(self) -> str:
        try:
            found = ibans.read(self.cleaned_data["iban"])
        except ibans.BadIban as wrong:
            raise ValidationError(_("This is no IBAN that a bank would take.")) from wrong
        if ibans.needs_address(found):
            raise ValidationError(
                _("For an account in this country the bank wants more: please write to us.")
            )
        return found
