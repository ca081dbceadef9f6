"""What the office types: paper declarations, arrivals, and statutes."""

import datetime as dt
import io
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from PIL import Image

from allmende.cooperative import presets, statute, terms
from allmende.cooperative.forms import COUNTRIES, text
from allmende.cooperative.keeping import Applicant
from allmende.cooperative.member_papers import FORMS, form_of
from allmende.cooperative.models import Declaration, Statute
from allmende.ledger import money

PDF_START = b"%PDF"
LARGEST = 10 << 20  # bytes of a scan or a document
PAPERS = ",".join(form.media for form in FORMS.values())


def read_pdf(upload: Any) -> bytes | None:
    """The bytes of an uploaded PDF. Raises ValidationError."""
    if not upload:
        return None
    if upload.size > LARGEST:
        raise ValidationError(_("The file is larger than 10 MB."))
    content: bytes = upload.read()
    if not content.startswith(PDF_START):
        raise ValidationError(_("This is no PDF."))
    return content


def read_paper(upload: Any) -> bytes | None:
    """The bytes of an uploaded PDF or picture. Raises ValidationError."""
    if not upload:
        return None
    if upload.size > LARGEST:
        raise ValidationError(_("The file is larger than 10 MB."))
    content: bytes = upload.read()
    form = form_of(content)
    if form is None:
        raise ValidationError(_("This is neither a PDF nor a picture (JPEG or PNG)."))
    if form.media.startswith("image/") and not is_whole(content):
        raise ValidationError(_("This picture cannot be read: it is damaged, or not whole."))
    return content


def is_whole(picture: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(picture)) as found:
            found.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
    return True


class ScanForm(forms.Form):
    """A signed paper has come."""

    arrived_on = forms.DateField(
        label=_("Arrived on"), widget=forms.DateInput(attrs={"type": "date"})
    )
    scan = forms.FileField(
        label=_("Scan (PDF)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )

    def clean_arrived_on(self) -> Any:
        day = self.cleaned_data["arrived_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day is still to come."))
        return day

    def clean_scan(self) -> bytes | None:
        return read_pdf(self.cleaned_data["scan"])


class LetterForm(forms.Form):
    """A letter was posted."""

    posted_on = forms.DateField(
        label=_("Posted on"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, since: dt.date, **kwargs: Any) -> None:
        """since: the day of what it tells of."""
        kwargs["initial"] = {"posted_on": timezone.localdate().isoformat()}
        super().__init__(*args, **kwargs)
        self.since = since

    def clean_posted_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["posted_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day is still to come."))
        if day < self.since:
            raise ValidationError(_("It was not decided yet then."))
        return day


class TypingForm(ScanForm):
    """A paper declaration: fields in the order in which paper has them, Enter sends."""

    field_order = [
        "arrived_on", "last_name", "first_names", "organisation", "representative", "guardians",
        "born_on", "street", "postcode", "town", "country", "email", "group", "shares",
        "instalments", "scan",
    ]  # fmt: skip
    last_name = text(_("Surname"), 150, required=False)
    first_names = text(_("First names"), 150, required=False)
    organisation = text(_("Organisation"), 200, required=False)
    representative = text(_("Represented by"), 200, required=False)
    guardians = text(_("Legal guardians"), 400, required=False, help_text=_("With commas between."))
    born_on = forms.DateField(
        label=_("Date of birth"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    street = text(_("Street and number"), 200)
    postcode = text(_("Postcode"), 20)
    town = text(_("Town"), 100)
    country = forms.ChoiceField(label=_("Country"), choices=COUNTRIES, initial="DE")
    email = forms.EmailField(label=_("E-mail address"), required=False)
    group = forms.ChoiceField(label=_("Group of members"))
    shares = forms.IntegerField(label=_("Shares"), min_value=1, initial=1)
    instalments = forms.IntegerField(label=_("Instalments"), min_value=1, initial=1)
    anyway = forms.BooleanField(
        label=_("It is somebody else: type it in"), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, law: Statute, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.law = law
        groups = [(one.code, one.name(language)) for one in law.groups.all()]
        self.fields["group"].choices = groups  # type: ignore[attr-defined]
        self.fields["shares"].initial = law.compulsory_shares
        self.fields["last_name"].widget.attrs["autofocus"] = True

    def clean_born_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["born_on"]
        if day and day > timezone.localdate():
            raise ValidationError(_("This day is still to come."))
        return day

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if not found.get("last_name") and not found.get("organisation"):
            self.add_error("last_name", _("Write a surname, or an organisation."))
        group = self.law.groups.filter(code=found.get("group", "")).first()
        if group and found.get("shares") and found.get("instalments"):
            wrong = terms.faults(
                self.law, group=group, shares=found["shares"], instalments=found["instalments"]
            )
            for field, words in wrong:
                self.add_error(field, ValidationError(str(words)))
        return found

    @property
    def applicant(self) -> Applicant:
        """Of a form that is valid."""
        found = self.cleaned_data
        names = ["last_name", "first_names", "organisation", "representative", "street"]
        names += ["postcode", "town", "country", "email"]
        return Applicant(
            **{name: found[name] for name in names},
            born_on=found["born_on"].isoformat() if found["born_on"] else "",
            guardians=[one.strip() for one in found["guardians"].split(",") if one.strip()],
        )


class MendingForm(TypingForm):
    """What was typed in, to be mended; its scan stays."""

    scan = None  # type: ignore[assignment]
    anyway = None  # type: ignore[assignment]

    @staticmethod
    def of(declaration: Declaration, applicant: Applicant) -> dict[str, Any]:
        """What the form begins with."""
        told = vars(applicant) | {"guardians": ", ".join(applicant.guardians)}
        names = ("group", "shares", "instalments")
        wanted = {name: getattr(declaration, name) for name in names}
        return {**told, **wanted, "arrived_on": str(declaration.declared_on)}


class StatuteForm(forms.ModelForm):
    """A version to be: amounts in euros, groups one a line."""

    document = forms.FileField(
        label=_("The statute as a PDF"), widget=forms.FileInput(attrs={"accept": "application/pdf"})
    )
    groups = forms.CharField(
        label=_("Groups of members"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "One a line: code; German; English; and, where it is so: no vote, investing, by the"
            " board. For example: staff; Mitarbeitende; Staff; by the board"
        ),
    )
    MONEY = ("share_cents", "instalment_cents", "nachschuss_cents", "minimum_capital_cents")
    #: As German and as English offices write it.
    FLAGS = {
        "ohne stimme": ("votes", False),
        "investierend": ("investing", True),
        "durch den vorstand": ("online", False),
        "no vote": ("votes", False),
        "investing": ("investing", True),
        "by the board": ("online", False),
    }

    class Meta:
        model = Statute
        exclude = ["document", "published_at", "published_by"]
        widgets = {"in_force_from": forms.DateInput(attrs={"type": "date"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.MONEY:
            field = self.fields[name]
            self.fields[name] = forms.CharField(
                label=field.label, required=field.required, help_text=_("In euros.")
            )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        for name in self.MONEY:
            typed = (found.get(name) or "").strip()
            try:
                amount = money.read(typed, language=spoken()).cents if typed else None
            except money.NotMoney:
                self.add_error(name, _("Please write an amount such as 12 or 12.50."))
                amount = None
            found[name] = amount
        return found

    def clean_document(self) -> bytes | None:
        return read_pdf(self.cleaned_data["document"])

    def clean_groups(self) -> list[dict[str, Any]]:
        lines = self.cleaned_data["groups"].splitlines()
        return [self.group_of(line) for line in lines if line.strip()]

    def group_of(self, line: str) -> dict[str, Any]:
        parts = [part.strip() for part in line.split(";")]
        if len(parts) not in (3, 4) or not all(parts[:3]):
            raise ValidationError(_("Write code; German; English: %(line)s"), params={"line": line})
        found: dict[str, Any] = dict(zip(("code", "name_de", "name_en"), parts[:3], strict=True))
        for flag in (one.strip().lower() for one in "".join(parts[3:]).split(",")):
            if flag and flag not in self.FLAGS:
                raise ValidationError(_("Unknown: %(flag)s"), params={"flag": flag})
            if flag:
                name, value = self.FLAGS[flag]
                found[name] = value
        return found

    def _post_clean(self) -> None:
        """The deed checks the row as a whole (`statute.draft`)."""


class AnswerForm(forms.Form):
    """To a request of a member."""

    decided_on = forms.DateField(
        label=_("Decided on"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    words = forms.CharField(
        label=_("Words in the mail that declines"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )


def spoken() -> str:
    return (get_language() or "de").split("-")[0]


def initial_of(preset: str) -> dict[str, Any]:
    """What the form of a new version begins with."""
    chosen = presets.PRESETS.get(preset)
    if chosen is None:
        return {}
    values = dict(chosen.values)
    for name in StatuteForm.MONEY:
        if name in values:
            values[name] = money.plain(money.Money(values[name]))
    lines = [line_of(group) for group in chosen.groups]
    return {**values, "groups": "\n".join(lines)}


def line_of(group: Any) -> str:
    parts = [group["code"], group["name_de"], group["name_en"]]
    flags = [flag for flag, (name, value) in StatuteForm.FLAGS.items() if group.get(name) is value]
    return "; ".join([*parts, *([", ".join(flags)] if flags else [])])


def in_force_or_none() -> Statute | None:
    try:
        return statute.in_force(on=timezone.localdate())
    except statute.NoStatute:
        return None
