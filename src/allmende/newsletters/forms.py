"""What readers fill in. The names of the fields are seen in addresses of nobody."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.newsletters import addressing
from allmende.newsletters.models import Newsletter


class Addressed(forms.ModelChoiceField):
    """A newsletter by the address that it has, or had when somebody's page was made."""

    def to_python(self, value: Any) -> Any:
        found = addressing.at(value) if value else None
        return super().to_python(found.slug if found else value)


class SignUpForm(forms.Form):
    """An address and a newsletter that takes subscribers."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    newsletter = Addressed(
        Newsletter.objects.filter(is_open=True), to_field_name="slug", widget=forms.HiddenInput
    )


class FreshLinkForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
