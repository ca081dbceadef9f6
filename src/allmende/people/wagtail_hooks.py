"""What `people` adds to the staff's screens."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import ModelLogEntry
from wagtail.users.views import bulk_actions

from allmende.people import desk
from allmende.people.models import Person
from allmende.people.roles import Role

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@hooks.register("register_account_menu_item")
def second_factor_item(request: HttpRequest) -> dict[str, Any]:
    return {
        "url": reverse("mfa_index"),
        "label": _("Second factor"),
        "help_text": _("Authenticator app, passkeys and recovery codes."),
    }


@hooks.register("register_account_menu_item")
def password_item(request: HttpRequest) -> dict[str, Any]:
    return {
        "url": reverse("account_change_password"),
        "label": _("Password"),
        "help_text": _("Without one you sign in with a code sent to your address."),
    }


class PersonsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("people.view_person"))


@hooks.register("register_admin_urls")
def screens() -> list[URLPattern]:
    return desk.screens()


@hooks.register("register_admin_menu_item")
def persons_item() -> MenuItem:
    return PersonsItem(_("Persons"), reverse("persons"), icon_name="group", order=750)


@hooks.register("insert_global_admin_css")
def style() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("people/desk.css"))


class Withheld:
    """Wagtail's bulk actions on users go past the rules about roles and the last admin."""

    def check_perm(self, person: Person) -> bool:
        return False


# Registered after Wagtail's own of the same kind, in whose place they are put.
for action in (
    bulk_actions.AssignRoleBulkAction,
    bulk_actions.DeleteBulkAction,
    bulk_actions.SetActiveStateBulkAction,
):
    withheld = type(f"Withheld{action.__name__}", (Withheld, action), {})
    hooks.register("register_bulk_action", withheld, order=1000)


class RoleFormatter(LogFormatter):
    """Names the role that was given or taken."""

    def __init__(self, label: "StrPromise", message: "StrPromise") -> None:
        self.label, self.message = label, message

    def format_message(self, log_entry: ModelLogEntry) -> str:
        role = log_entry.data.get("role", "")
        return self.message % {"role": Role(role).label if role in Role.values else role}


@hooks.register("register_log_actions")
def log_actions(registry: LogActionRegistry) -> None:
    registry.register_action(
        "people.second_factor_reset", _("Reset second factor"), _("Second factor reset")
    )
    registry.register_action(
        "people.address_changed", _("Change sign-in address"), _("Sign-in address changed")
    )
    registry.register_action(
        "people.move_asked", _("Another address"), _("Link sent to another address")
    )
    registry.register_action("people.erased", _("Erase"), _("Erased"))
    registry.register_action("people.merged", _("Merge"), _("Merged into another person"))
    registry.register_action("people.took_in", _("Merge"), _("Another person merged into this one"))
    registry.register_action("people.unmerged", _("Undo merge"), _("Its own again"))
    registry.register_action(
        "people.gave_back", _("Undo merge"), _("Another person taken out again")
    )
    registry.register_action("people.activated", _("Let sign in"), _("May sign in again"))
    registry.register_action("people.deactivated", _("Lock out"), _("May no longer sign in"))
    granted, revoked = _("Role granted: %(role)s"), _("Role revoked: %(role)s")
    registry.register_action("people.role_granted")(lambda: RoleFormatter(_("Grant role"), granted))
    registry.register_action("people.role_revoked")(
        lambda: RoleFormatter(_("Revoke role"), revoked)
    )
