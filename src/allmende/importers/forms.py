"""What the office fills in to hand in a list of subscribers."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allmende.importers import tables
from allmende.importers.models import SubscriberList
from allmende.importers.subscribers import columns
from allmende.importers.subscribers.words import COLUMNS, unreadable
from allmende.newsletters.models import Newsletter

LARGEST = 50 * 1024 * 1024  # bytes, some half a million lines; more comes by the command line


class ListForm(forms.Form):
    newsletter = forms.ModelChoiceField(Newsletter.objects.all(), label=gettext_lazy("Newsletter"))
    file = forms.FileField(
        label=gettext_lazy("Table (CSV)"),
        help_text=gettext_lazy(
            "With a heading in the first line. It needs at least the address and when it was"
            " confirmed; names, state, source and wording are taken along."
        ),
    )
    source = forms.CharField(
        label=gettext_lazy("Where they agreed"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "Holds for lines that do not say it: “form on the old website”, “sign-up list of the"
            " summer fair”."
        ),
    )
    words = forms.CharField(
        label=gettext_lazy("What they agreed to"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "The text that they read there, word for word; it is kept as proof. Holds for lines"
            " that have none of their own."
        ),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            said = _("Over 50 MB: have it taken in with the command `allmende import subscribers`.")
            raise forms.ValidationError(said)
        try:
            self.raw = file.read()
            tables.table(self.raw).lines()
        except tables.Unreadable as error:
            raise forms.ValidationError(unreadable(error)) from error
        return file


class ColumnsForm(forms.Form):
    """One choice for each column of a list."""

    def __init__(self, found: SubscriberList, header: list[str], data: Any = None) -> None:
        super().__init__(data)
        self.header = header
        choices = [("", _("is left out")), *COLUMNS.items()]
        for number, heading in enumerate(header):
            self.fields[f"column-{number}"] = forms.ChoiceField(
                label=heading or _("column %(number)d, without a heading") % {"number": number + 1},
                choices=choices,
                required=False,
                initial=found.columns[number] if number < len(found.columns) else "",
            )

    def named(self) -> list[str]:
        return [self.cleaned_data[f"column-{n}"] for n in range(len(self.header))]

    def clean(self) -> dict[str, Any]:
        super().clean()
        named = [self.cleaned_data.get(f"column-{n}", "") for n in range(len(self.header))]
        if lacking := columns.mistake(named):
            name = COLUMNS[lacking]
            said = (
                _("Two columns cannot both be: %(name)s.")
                if named.count(lacking) > 1
                else _("Say which column holds: %(name)s.")
            )
            raise forms.ValidationError(said % {"name": name})
        return self.cleaned_data
