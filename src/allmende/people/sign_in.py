"""Sign-in of staff through allauth: closed to newcomers, addresses kept as rows."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the office, never by a form that anybody can fill."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
