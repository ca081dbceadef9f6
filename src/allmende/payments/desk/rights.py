"""What screens of money share: who may see and do what (rights are given by roles, `people.roles`),
how long a page is, and how amounts are written."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import get_language

from allmende.ledger.money import Money, show
from allmende.people.models import Person

SEE = "payments.view_dueitem"
ANSWER = "payments.change_question"
FREEZE = "payments.change_sepabatch"
MATCH = "payments.change_transfer"
RELEASE = "payments.release_sepabatch"
FREEZE_PAYOUTS = "payments.change_payoutbatch"
RELEASE_PAYOUTS = "payments.release_payoutbatch"
SEE_IBAN = "payments.see_iban"
SEE_ACCOUNTS = "payments.view_bankaccount"
EXPORT = "ledger.view_entry"
ON_SCREEN = 50

View = Callable[..., HttpResponseBase]


def allowed(right: str) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *keys: int, **more: int) -> HttpResponseBase:
            if not request.user.has_perm(right):
                raise PermissionDenied
            return view(request, *keys, **more)

        return answer

    return decorate


def by(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user


def paged(request: HttpRequest, rows: QuerySet) -> Page:
    return Paginator(rows, ON_SCREEN).get_page(request.GET.get("p"))


def told(money: Money) -> str:
    """As the language that is switched on writes it."""
    return show(money, language=get_language() or "de")
