"""What staff fill in on screens of our own."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.rich_text import DraftailRichTextArea
from wagtail.images.widgets import AdminImageChooser

from allmende.newsroom.models import TickerEntry
from allmende.newsroom.models.tickers import ENTRY_FEATURES


class EntryText(DraftailRichTextArea):
    """The editor of paragraphs; what did not come from it is taken for plain text."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, features=ENTRY_FEATURES, **kwargs)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        try:
            return super().value_from_datadict(data, files, name)
        except (AttributeError, KeyError, TypeError, ValueError):
            return data.get(name)


class TickerEntryForm(forms.ModelForm):
    """An entry. `key` and `seen` keep a form that is sent twice, or late, from doing harm."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    # Not taken from the model: making the editor's widget while this module is loaded would gather
    # the features of rich text before all of them are registered.
    text = forms.CharField(label=_("text"))
    field_order = ["heading", "text", "picture", "author", "pinned"]

    class Meta:
        model = TickerEntry
        fields = ["heading", "picture", "author", "pinned"]
        widgets = {
            "heading": forms.TextInput(attrs={"autocomplete": "off", "data-sends": ""}),
            "picture": AdminImageChooser,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("text", self.instance.text)
        self.fields["text"].widget = EntryText()

    def words(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("text", *self.Meta.fields)}
