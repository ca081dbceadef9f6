"""What the office writes into the register of one member: a form for each deed."""

import datetime as dt
from copy import copy
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allmende.cooperative import board, correcting, keeping, queries, statute
from allmende.cooperative.folding import Kind, State
from allmende.cooperative.forms import COUNTRIES, text
from allmende.cooperative.models import Declaration, Membership, RegisterEvent
from allmende.cooperative.office_forms import PAPERS, in_force_or_none, read_paper, spoken
from allmende.ledger import money


def day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **more)


class ActForm(forms.Form):
    """Of one membership, as it stands. PAST: days that must not be still to come."""

    PAST: tuple[str, ...] = ("on",)

    def __init__(
        self, *args: Any, membership: Membership, state: State, **kwargs: Any
    ) -> None:  # fmt: skip
        self.membership, self.state = membership, state
        given = {name: timezone.localdate().isoformat() for name in self.PAST}
        kwargs["initial"] = {**given, **self.known()}
        super().__init__(*args, **kwargs)

    def known(self) -> dict[str, Any]:
        """What the form begins with."""
        return {}

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        for name in self.PAST:
            if found.get(name) and found[name] > timezone.localdate():
                self.add_error(name, gettext("This day is still to come."))
        return found


class PaperForm(ActForm):
    """With the paper by which it came to us, such as a signed declaration."""

    paper = forms.FileField(
        label=_("Paper that proves it (PDF or picture)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": PAPERS}),
        help_text=_("Sealed with the membership, never public; who opens it is written down."),
    )

    def clean_paper(self) -> bytes | None:
        return read_paper(self.cleaned_data["paper"])


class AddedPaperForm(forms.Form):
    """A paper that comes later."""

    paper = forms.FileField(
        label=_("Paper (PDF or picture)"),
        widget=forms.FileInput(attrs={"accept": PAPERS}),
        help_text=_(
            "At most 10 MB. Sealed with the membership, never public; who opens it is written down."
        ),
        error_messages={
            "required": _("Please choose a file."),
            "empty": _("The file is empty: nothing was scanned, or it did not arrive whole."),
        },
    )

    def clean_paper(self) -> bytes | None:
        return read_paper(self.cleaned_data["paper"])


class DayForm(ActForm):
    on = day(_("Day"))


class DeathForm(PaperForm):
    on = day(_("Day of death"))


class DetailsForm(ActForm):
    PAST = ()
    last_name = text(_("Surname"), 150, required=False)
    first_names = text(_("First names"), 150, required=False)
    organisation = text(_("Organisation"), 200, required=False)
    street = text(_("Street and number"), 200)
    postcode = text(_("Postcode"), 20)
    town = text(_("Town"), 100)
    country = forms.ChoiceField(label=_("Country"), choices=COUNTRIES)
    on = day(_("Holds from"), help_text=_("The list of any day shows what held then."))

    def known(self) -> dict[str, Any]:
        today = timezone.localdate()
        found = queries.details_of(self.membership.pk, on=today)
        return {**found, "on": today.isoformat()}

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if not (found.get("organisation") or found.get("last_name")):
            self.add_error("last_name", gettext("A surname or an organisation is needed."))
        joined_on = self.membership.joined_on
        if joined_on and found.get("on") and found["on"] < joined_on:
            self.add_error("on", gettext("Nobody was a member then."))
        return found


class RepresentativeForm(PaperForm):
    name = text(_("Who represents them"), 200, required=False, help_text=_("Empty: nobody."))
    why = text(_("By what right"), 200, help_text=_("As guardian, by power of attorney of …"))
    on = day(_("Holds from"))


class GroupForm(ActForm):
    group = forms.ChoiceField(label=_("Group of members"))
    on = day(_("Holds from"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        law = in_force_or_none()
        groups = law.groups.exclude(code=self.membership.group) if law else []
        offered = [(one.code, one.name(spoken())) for one in groups]
        self.fields["group"].choices = offered  # type: ignore[attr-defined]


class NoticeForm(PaperForm):
    PAST = ("received_on",)
    received_on = day(_("Arrived on"))
    shares = forms.IntegerField(
        label=_("How many shares"),
        required=False,
        min_value=1,
        help_text=_("Empty: the whole membership."),
    )
    early = forms.BooleanField(
        label=_("Earlier end in case of hardship (§ 65 (3) GenG)"), required=False
    )
    decided_on = day(_("Decided by the board on"), required=False, help_text=_("Hardship only."))

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        decided, received = found.get("decided_on"), found.get("received_on")
        if found.get("early") and not decided:
            self.add_error("decided_on", gettext("An earlier end takes a decision of the board."))
        if decided and received and not received <= decided <= timezone.localdate():
            self.add_error("decided_on", gettext("After its arrival, and not in days to come."))
        return found


class WithdrawalForm(DayForm):
    notice = forms.TypedChoiceField(label=_("Which notice"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pending = self.state.pending.items()
        self.fields["notice"].choices = [  # type: ignore[attr-defined]
            (number, notice_words(one.shares, one.last_on))
            for number, one in sorted(pending)
            if one.kind == Kind.NOTICE
        ]


def notice_words(shares: int | None, last_on: dt.date) -> str:
    said = {"shares": shares, "day": date_format(last_on, "SHORT_DATE_FORMAT")}
    if shares is None:
        return gettext("The whole membership, to %(day)s") % said
    return gettext("Shares: %(shares)s, to %(day)s") % said


class MoreForm(PaperForm):
    PAST = ("declared_on",)
    declared_on = day(_("Declaration arrived on"))
    shares = forms.IntegerField(label=_("How many shares"), min_value=1, initial=1)
    instalments = forms.IntegerField(label=_("Instalments"), min_value=1, initial=1)


class TransferForm(PaperForm):
    """To a member by number, or to somebody whose declaration to join waits."""

    PAST = ("declared_on", "on")
    to = forms.IntegerField(label=_("To the member with the number"), required=False, min_value=1)
    joining = forms.TypedChoiceField(
        label=_("Or to somebody who joins by it"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("Whose declaration to join waits for a decision. Type it in first."),
    )
    shares = forms.IntegerField(label=_("How many shares"), min_value=1)
    declared_on = day(_("Agreed on"))
    on = day(
        _("Entered on"), help_text=_("The last day of who gives; the next one is the other's.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        declarations = {one.key: one for one in board.waiting().select_related("text")}
        waiting = Membership.objects.applications().filter(key__in=declarations)
        offered = [(row.pk, applicant_name(declarations[row.key])) for row in waiting]
        self.fields["joining"].choices = [("", "–"), *offered]  # type: ignore[attr-defined]
        self.fields["shares"].initial = self.state.shares

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        number, joining = found.get("to"), found.get("joining")
        if bool(number) == bool(joining):
            self.add_error("to", gettext("Please say one of the two."))
        elif number:
            rows = Membership.objects.members().filter(number=number)
            found["taker"] = rows.exclude(pk=self.membership.pk).first()
            if found["taker"] is None:
                self.add_error("to", gettext("Nobody else is a member by this number."))
        else:
            found["taker"] = Membership.objects.get(pk=int(joining or 0))
        declared, on = found.get("declared_on"), found.get("on")
        if declared and on and declared > on:
            self.add_error("on", gettext("This is before the agreement."))
        return found


def applicant_name(declaration: Declaration) -> str:
    found = keeping.applicant_of(declaration)
    return found.name if found else "–"


class ExclusionForm(PaperForm):
    PAST = ("decided_on",)
    decided_on = day(_("Decided on"))
    why = text(_("Reason, as the statute names it"), 400, help_text=_("Kept sealed."))


class HeirsForm(PaperForm):
    on = day(_("Day"))
    heirs = forms.CharField(
        label=_("Heirs"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line: name; address. Who speaks for all of them stands first."),
    )

    def clean_heirs(self) -> list[dict[str, str]]:
        lines = [line for line in self.cleaned_data["heirs"].splitlines() if line.strip()]
        found = []
        for line in lines:
            name, _semicolon, address = (part.strip() for part in line.partition(";"))
            if not name:
                raise ValidationError(gettext("Each line begins with a name."))
            found.append({"name": name, "address": address})
        return found


class CorrectionForm(forms.Form):
    """Of an entry: what can be wrong with it, as it stands."""

    DAYS = {
        "declared_on": _("Declared on"),
        "decided_on": _("Decided on"),
        "effective_on": _("Takes effect on"),
    }
    never = forms.BooleanField(label=_("It never was: nothing stands in its place"), required=False)

    def __init__(self, *args: Any, event: RegisterEvent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event, kind = event, Kind(event.kind)
        if not correcting.may_go(event):
            del self.fields["never"]
        if not correcting.may_stay(event):
            self.fields["never"].initial = self.fields["never"].disabled = True
        for name, label in self.DAYS.items() if correcting.may_stay(event) else ():
            if found := getattr(event, name):
                self.fields[name] = day(label, initial=found.isoformat())
        if kind in correcting.SHARES or (kind == Kind.NOTICE and not event.word):
            self.fields["shares"] = forms.IntegerField(
                label=_("How many shares"), min_value=1, initial=event.shares
            )
        if kind in correcting.SHARES:
            self.fields["nominal"] = forms.CharField(
                label=_("Value of a share in euros"),
                initial=localize(Decimal(event.nominal_cents) / 100),
            )
        if kind == Kind.GROUP:
            self.add_groups()
        if told := correcting.payload(event).get("details"):
            for name, field in DetailsForm.base_fields.items():
                if name in keeping.NAMED:
                    self.fields[name] = copy(field)
                    self.fields[name].initial = told.get(name, "")
        self.fields["why"] = text(
            _("Why it was wrong"), 400, help_text=_("Kept sealed; it stands in the timeline.")
        )

    def add_groups(self) -> None:
        law = self.event.statute or in_force_or_none()
        self.fields["word"] = forms.ChoiceField(
            label=_("Group of members"), initial=self.event.word,
            choices=[(one.code, one.name(spoken())) for one in law.groups.all()] if law else [],
        )  # fmt: skip

    def clean_nominal(self) -> int:
        try:
            cents = money.read(self.cleaned_data["nominal"].strip(), language=spoken()).cents
        except money.NotMoney:
            cents = 0
        if cents <= 0:
            raise ValidationError(gettext("Please write an amount such as 12 or 12.50."))
        return cents

    @property
    def details(self) -> list[str]:
        """Fields of name and address."""
        return [name for name in keeping.NAMED if name in self.fields]

    @property
    def never_was(self) -> bool:
        return bool(self.cleaned_data.get("never"))

    @property
    def changes(self) -> correcting.Changes:
        """Of a form that is valid."""
        found = self.cleaned_data
        return correcting.Changes(
            days={name: found[name] for name in self.DAYS if name in found},
            shares=found.get("shares"),
            nominal=found.get("nominal"),
            word=found.get("word"),
            details={name: found[name] for name in keeping.NAMED} if "town" in found else None,
        )


def groups_now(membership: Membership, *, on: dt.date) -> str:
    """The name of a member's group, as the statute in force has it."""
    try:
        law = statute.in_force(on=on)
    except statute.NoStatute:
        return membership.group
    found = law.groups.filter(Q(code=membership.group)).first()
    return found.name(spoken()) if found else membership.group
