"""What the desk fills in about an issue."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminAutoHeightTextInput, AdminDateTimeInput, AdminPageChooser

from allmende.editions.models import Edition
from allmende.newsletters import drafting
from allmende.newsletters.models import Issue, Item
from allmende.newsletters.models.issues import NAME
from allmende.newsroom import reading
from allmende.newsroom.models import Article

BRACKETS = re.compile(r"\[\[.*?(?:\]\]|$)")


class NextIssueForm(WagtailAdminModelForm):
    """Drafts an issue before its time, or one on another day."""

    class Meta:
        model = Issue
        fields = ["newsletter", "date"]

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        date = self.fields["date"]
        date.required = False
        date.help_text = _("Empty: the newsletter's next day.")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        newsletter, today = cleaned.get("newsletter"), timezone.localdate(timezone=reading.zone())
        if newsletter and not cleaned.get("date") and "date" not in self.errors:
            cleaned["date"] = drafting.next_day(newsletter, on=today)
            if not cleaned["date"]:
                self.add_error("date", _("This newsletter leaves only by hand: name the day."))
        if cleaned.get("date") and cleaned["date"] < today:
            self.add_error("date", _("This day is over."))
        return cleaned


class WordsForm(forms.ModelForm):
    """The issue's own words, and when it leaves."""

    class Meta:
        model = Issue
        fields = ["subject", "preheader", "greeting", "opening", "send_at"]
        widgets = {"opening": AdminAutoHeightTextInput, "send_at": AdminDateTimeInput}

    def clean_greeting(self) -> str:
        greeting = str(self.cleaned_data["greeting"])
        if any(found != NAME for found in BRACKETS.findall(greeting)):
            raise ValidationError(_("In double brackets only [[name]] is known."))
        return greeting


class ItemForm(forms.Form):
    """Words of one item."""

    headline = forms.CharField(max_length=255, required=False, strip=True)
    teaser = forms.CharField(max_length=600, required=False, strip=True)
    embargoed = forms.BooleanField(required=False)


class ArticleForm(forms.Form):
    """An article and the part that it goes to."""

    article: forms.ModelChoiceField = forms.ModelChoiceField(
        Article.objects.all(),
        label=_("Article"),
        widget=AdminPageChooser(target_models=[Article]),
        error_messages={
            "required": _("Choose an article."),
            "invalid_choice": _("Choose an article."),
        },
    )
    part = forms.ChoiceField(label=_("Part"), choices=Item.Part.choices)


class EditionForm(forms.Form):
    edition: forms.ModelChoiceField = forms.ModelChoiceField(
        Edition.objects.order_by("-date", "slug"),
        label=pgettext_lazy("of the paper", "Edition"),
        empty_label=None,
    )
