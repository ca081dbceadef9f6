"""The form behind the paper's settings: colours must be readable."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from allmende.paper.contrast import DARK_PAGE, LIGHT_PAGE, READABLE, contrast
from allmende.paper.models import COLOUR


class ColourInput(forms.TextInput):
    """A field to write "#9c2f1b" in, with the browser's own colour chooser beside it."""

    template_name = "paper/colour_input.html"

    class Media:
        js = ["paper/colour_input.js"]
        css = {"all": ["paper/colour_input.css"]}

    def __init__(self, page: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"size": 8, "maxlength": 7, "spellcheck": "false"} | (attrs or {}))
        self.page = page

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        return context | {"page": self.page, "readable": READABLE}


class PaperForm(WagtailAdminModelForm):
    """Refuses an accent colour that text could not be read in."""

    def clean_accent(self) -> str:
        return self.readable(self.cleaned_data["accent"], page=LIGHT_PAGE)

    def clean_accent_dark(self) -> str:
        return self.readable(self.cleaned_data["accent_dark"], page=DARK_PAGE)

    def readable(self, colour: str, *, page: str) -> str:
        if not re.fullmatch(COLOUR, colour):
            return colour  # the model says what is wrong with it
        reached = contrast(colour, page)
        if reached >= READABLE:
            return colour.lower()
        darker_or_lighter = (
            _("Choose a darker one.") if page == LIGHT_PAGE else _("Choose a lighter one.")
        )
        raise forms.ValidationError(
            _("Hard to read: contrast to the page is %(reached)s, needed is %(needed)s. %(way)s")
            % {
                "reached": f"{reached:.1f}",
                "needed": READABLE,
                "way": darker_or_lighter,
            }
        )
