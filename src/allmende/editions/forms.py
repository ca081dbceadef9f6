"""Forms of the desk where an edition is arranged."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminPageChooser

from allmende.newsroom.models import Article


class ArticleForm(forms.Form):
    """One article, chosen."""

    article: forms.ModelChoiceField = forms.ModelChoiceField(
        Article.objects.all(),
        label=_("Any other article"),
        widget=AdminPageChooser(target_models=[Article]),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.cleaned_data.get("article"):
            raise forms.ValidationError(_("Choose an article."))
        return self.cleaned_data


class HeadingForm(forms.Form):
    heading = forms.CharField(label=_("New heading"), max_length=80)
