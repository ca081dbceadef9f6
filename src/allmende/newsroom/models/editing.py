"""The form behind the article editor: it knows whether a draft or a publication is saved."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.models import Locale


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
