"""What staff screens need of payments."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.log_actions import LogActionRegistry

from allmende.payments import desk
from allmende.payments.desk import rights, today
from allmende.payments.desk.accounts import AccountViewSet


class Screen(MenuItem):
    """A line of the menu, for those who may."""

    right = rights.SEE

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(self.right))


class MatchScreen(Screen):
    right = rights.MATCH


class BooksScreen(Screen):
    right = rights.EXPORT


class AccountsScreen(Screen):
    right = rights.SEE_ACCOUNTS


MENU = Menu(register_hook_name="register_money_menu_item")


@hooks.register("register_money_menu_item")
def questions_item() -> MenuItem:
    return Screen(_("Open questions"), reverse("payments_questions"), icon_name="help", order=10)


@hooks.register("register_money_menu_item")
def transfers_item() -> MenuItem:
    return MatchScreen(
        _("Assign transfers"), reverse("payments_transfers"), icon_name="link", order=12
    )


@hooks.register("register_money_menu_item")
def statements_item() -> MenuItem:
    return MatchScreen(
        _("Bank statements"), reverse("payments_statements"), icon_name="upload", order=14
    )


@hooks.register("register_money_menu_item")
def items_item() -> MenuItem:
    return Screen(_("Due items"), reverse("payments_items"), icon_name="date", order=20)


@hooks.register("register_money_menu_item")
def letters_item() -> MenuItem:
    return Screen(_("Letters by post"), reverse("payments_letters"), icon_name="mail", order=25)


@hooks.register("register_money_menu_item")
def batches_item() -> MenuItem:
    return Screen(_("Direct debits"), reverse("payments_batches"), icon_name="tasks", order=30)


@hooks.register("register_money_menu_item")
def payouts_item() -> MenuItem:
    return Screen(_("Payouts"), reverse("payments_payouts"), icon_name="redirect", order=40)


@hooks.register("register_money_menu_item")
def books_item() -> MenuItem:
    return BooksScreen(_("Books"), reverse("payments_books"), icon_name="table", order=50)


@hooks.register("register_money_menu_item")
def proofs_item() -> MenuItem:
    return Screen(_("Proof"), reverse("payments_proofs"), icon_name="check", order=60)


@hooks.register("register_money_menu_item")
def accounts_item() -> MenuItem:
    return AccountsScreen(
        _("Bank accounts"), reverse("payments_accounts:index"), icon_name="home", order=70
    )


@hooks.register("register_money_menu_item")
def providers_item() -> MenuItem:
    return Screen(_("Providers"), reverse("payments_providers"), icon_name="cogs", order=80)


@hooks.register("register_admin_menu_item")
def money_item() -> MenuItem:
    return SubmenuMenuItem(_("Money"), MENU, name="money", icon_name="tag", order=760)


# After the newsroom's, which stands alone otherwise.
@hooks.register("construct_homepage_panels", order=90)
def what_waits(request: HttpRequest, panels: list[Any]) -> None:
    today.put(request, panels)


@hooks.register("register_admin_urls")
def screens() -> list[URLPattern]:
    return desk.screens()


@hooks.register("register_admin_viewset")
def accounts() -> AccountViewSet:
    return AccountViewSet()


@hooks.register("insert_global_admin_css")
def style() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("payments/desk.css"))


@hooks.register("register_log_actions")
def log_actions(registry: LogActionRegistry) -> None:
    registry.register_action("payments.see_iban", _("See an IBAN"), _("Saw the IBAN in full"))
    registry.register_action(
        "payments.book_opening", _("Book an opening balance"), _("Booked the opening balance")
    )
    registry.register_action(
        "payments.take_back_opening",
        _("Take an opening balance back"),
        _("Took the opening balance back"),
    )
