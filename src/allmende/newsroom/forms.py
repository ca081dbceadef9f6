"""What staff fill in on screens of our own."""

from typing import Any

from django import forms
from wagtail.images.widgets import AdminImageChooser

from allmende.newsroom.models import TickerEntry


class TickerEntryForm(forms.ModelForm):
    """An entry. `key` and `seen` keep a form that is sent twice, or late, from doing harm."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = TickerEntry
        fields = ["heading", "text", "picture", "author", "pinned"]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 3, "data-sends": ""}),
            "heading": forms.TextInput(attrs={"autocomplete": "off"}),
            "picture": AdminImageChooser,
        }

    def words(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
