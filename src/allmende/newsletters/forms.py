"""What readers fill in. The names of the fields are seen in addresses of nobody."""

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.newsletters.models import Newsletter


class SignUpForm(forms.Form):
    """An address and a newsletter that takes subscribers."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    newsletter = forms.ModelChoiceField(
        Newsletter.objects.filter(is_open=True), to_field_name="slug", widget=forms.HiddenInput
    )


class FreshLinkForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
