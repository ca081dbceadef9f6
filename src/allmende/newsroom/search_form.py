"""What a reader fills in to search; the form is an address that can be kept and passed on."""

import datetime as dt
import unicodedata
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.newsroom.models import Author, SectionPage
from allmende.newsroom.search.asking import LONGEST
from allmende.newsroom.search.finding import Filters

# What browsers send that know date fields, and what people type in those that do not.
DATES = ["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y"]
MOST_NAMES = 150  # that the page offers for completion


class Order(models.TextChoices):
    NEWEST = "", pgettext_lazy("articles", "Newest first")
    RELEVANCE = "relevanz", _("Best match first")


class SearchForm(forms.Form):
    """Its names stand in addresses, in the paper's first language."""

    q = forms.CharField(label=_("Search for"), required=False, max_length=LONGEST)
    ressort = forms.ChoiceField(label=pgettext_lazy("of the paper", "Section"), required=False)
    autor = forms.CharField(label=_("Author"), required=False, max_length=120)
    von = forms.DateField(label=_("From"), required=False, input_formats=DATES)
    bis = forms.DateField(label=_("Until"), required=False, input_formats=DATES)
    folge = forms.ChoiceField(label=_("Order"), required=False, choices=Order.choices)

    def __init__(self, data: Any, *, sections: list[SectionPage], zone: dt.tzinfo) -> None:
        given = {name: data.get(name, "").replace("\0", " ").strip() for name in self.base_fields}
        super().__init__(given)
        self.given = given
        self.zone = zone
        self.sections = {section.slug: section for section in sections}
        titles = [(section.slug, section.title) for section in sections]
        field = self.fields["ressort"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All sections")), *titles]
        self.authors: list[int] = []

    def clean_autor(self) -> str:
        name: str = self.cleaned_data["autor"]
        if name:
            self.authors = authors_named(name)
            if not self.authors:
                raise forms.ValidationError(_("Nobody of this name has written here."))
        return name

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        start, end = found.get("von"), found.get("bis")
        if start and end and start > end:
            self.add_error("bis", _("This day lies before the first one."))
        return found

    def filters(self) -> Filters:
        """Only of a valid form."""
        section = self.sections.get(self.cleaned_data["ressort"])
        return Filters(
            section=section.pk if section else None,
            authors=self.authors,
            start=self.midnight(self.cleaned_data["von"]),
            end=self.midnight(self.cleaned_data["bis"], days=1),
        )

    def midnight(self, day: dt.date | None, days: int = 0) -> dt.datetime | None:
        if day is None or day.year < 2 or day.year > 9_990:
            return None
        return dt.datetime.combine(day + dt.timedelta(days=days), dt.time.min, tzinfo=self.zone)

    def address(self, path: str, **more: object) -> str:
        """The path with everything that was filled in, and `more`; an empty one takes away."""
        return address(path, self.given | {name: str(value) for name, value in more.items()})

    def day_from(self) -> str:
        return self.as_day("von")

    def day_until(self) -> str:
        return self.as_day("bis")

    def as_day(self, name: str) -> str:
        """As date fields take it; what is no date stays as it was typed."""
        day = getattr(self, "cleaned_data", {}).get(name)
        return day.isoformat() if day else self.given[name]

    def narrowed(self) -> bool:
        """Whether more was filled in than the words."""
        return any(self.given[name] for name in ("ressort", "autor", "von", "bis"))


def address(path: str, fields: dict[str, str]) -> str:
    query = urlencode({name: value for name, value in fields.items() if value})
    return f"{path}?{query}" if query else path


def authors_named(typed: str) -> list[int]:
    """Authors whose name holds every word that was typed, however it is accented."""
    wanted = bare(typed).split()
    rows = Author.objects.values_list("pk", "name")
    return [pk for pk, name in rows if all(word in bare(name) for word in wanted)]


def bare(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in letters if sign.isalnum() or sign == " ")


def names_to_offer() -> list[str]:
    """Names for completion; none where there are too many for a page."""
    names = list(Author.objects.order_by("name").values_list("name", flat=True)[: MOST_NAMES + 1])
    return names if len(names) <= MOST_NAMES else []
