"""Forms: how people sign in, what readers change, and how the office keeps the staff."""

from typing import Any

from allauth.account.forms import LoginForm, RequestLoginCodeForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from allmende.people import accounts, addresses, roles
from allmende.people.models import Person
from allmende.people.roles import DUTIES, Role


class SignInForm(LoginForm):
    """One form for both ways: with a password at once, without one by mailed code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        password = self.fields["password"]
        password.required = False
        password.label = _("Password, if you have one")
        password.help_text = _("Left empty, we send a code to your address.")

    def clean_login(self) -> str:
        login: str = super().clean_login()
        addresses.open_first_door(login)
        return login


class CodeForm(RequestLoginCodeForm):
    """Sends a code, to a reader who never signed in too."""

    def clean_email(self) -> str:
        addresses.open_first_door(self.cleaned_data["email"])
        return str(super().clean_email())


class AddressForm(forms.Form):
    """An address that somebody wants to have."""

    email = forms.EmailField(
        label=_("New e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class MoveForm(forms.Form):
    """The address that the office gives to whoever lost theirs."""

    email = forms.EmailField(
        label=_("New e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    sure = forms.BooleanField(
        label=_("I have made sure that it is this person who asks"),
        help_text=_("By calling a number known before, say, or by a letter with a signature."),
    )


class AddKeyForm(AddWebAuthnForm):
    """A key that signs in alone, unless its owner wants it beside code or password only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the key")
        self.fields["name"].help_text = _("To tell it from others, such as “My phone”.")
        alone = self.fields["passwordless"]
        alone.label = _("Sign in with this key alone")
        alone.help_text = _("Works with keys that ask for a fingerprint, a face or a PIN.")
        alone.initial = True


class PersonForm(forms.ModelForm):
    """A member of the staff as the office sees them."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("To sign in with: a code is sent there."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Language"), help_text=_("Mails are written in it."))
    roles = forms.MultipleChoiceField(
        label=_("Roles"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Person
        fields = ["first_name", "last_name", "email", "language", "roles"]

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        for name in ("first_name", "last_name"):
            self.fields[name].required = True
        self.offer("language", settings.WAGTAILADMIN_PERMITTED_LANGUAGES)
        self.offer(
            "roles",
            [(role.value, f"{role.label}: {DUTIES[role]}") for role in self.offered_roles()],
        )
        if self.instance.pk:
            self.initial["email"] = self.instance.email
            self.initial["roles"] = roles.roles_of(self.instance)

    def offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def offered_roles(self) -> list[Role]:
        """Nobody is shown a box that they may not tick."""
        return [role for role in Role if role != Role.ADMIN or self.by.is_superuser]

    def clean_email(self) -> str:
        email = accounts.clean_address(self.cleaned_data["email"])
        try:
            accounts.check_address_free(email, person=self.instance if self.instance.pk else None)
        except accounts.AddressTaken as taken:
            raise forms.ValidationError(str(taken)) from taken
        return email


class EditPersonForm(PersonForm):
    """The same for somebody who exists; nobody locks out themselves or the last admin."""

    class Meta(PersonForm.Meta):
        fields = [*PersonForm.Meta.fields, "is_active"]

    def __init__(self, *args: Any, editing_self: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if editing_self:
            del self.fields["is_active"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        loses_role = Role.ADMIN not in cleaned.get("roles", [])
        was_admin = Person.objects.filter(pk=self.instance.pk, is_superuser=True).exists()
        if was_admin and (loses_role or not cleaned.get("is_active", True)):
            try:
                roles.check_other_admin(self.instance)
            except roles.LastAdmin as last:
                self.add_error("roles" if loses_role else "is_active", str(last))
        return cleaned
