"""The form behind the article editor: it knows whether a draft or a publication is saved."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.models import Locale

from allmende.newsroom.models.listings import too_many


class ArticleForm(WagtailAdminPageForm):
    """Drafts may be unfinished; what is submitted or published must be ready to be read."""

    language = forms.ModelChoiceField(
        queryset=Locale.objects.all(), label=_("Language"), empty_label=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "language" in self.fields:
            self.fields["language"].initial = self.instance.locale_id

    def _post_clean(self) -> None:
        self.instance.must_be_ready = not self.is_deferred_validation
        if locale := self.cleaned_data.get("language"):
            self.instance.locale = locale
        super()._post_clean()

    def clean(self) -> dict[str, Any]:
        """Topics and bylines reach the article later than its own check, so they are asked here."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.is_deferred_validation and "topics" in found:
            dossier = found.get("dossier") is not None
            for said in too_many(len(found["topics"]), self.authors_named(), dossier):
                self.add_error("topics", said)
        return found

    def authors_named(self) -> int:
        rows = self.formsets["bylines"].forms if "bylines" in self.formsets else []
        filled = [row.cleaned_data for row in rows if row.is_valid()]
        return len({row["author"] for row in filled if row.get("author") and not row.get("DELETE")})
