"""Roles of the staff: what each may do, and who may give it.

A role is a Django group named like it. The office gives roles; only an admin makes admins, and
one admin always remains.
"""

from django.contrib.auth.models import Group, Permission
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from allmende.people.models import Person


class Role(models.TextChoices):
    """What a person is to the paper's staff."""

    AUTHOR = "author", _("Author")
    EDITOR = "editor", _("Editor")
    CHIEF_EDITOR = "chief editor", _("Chief editor")
    OFFICE = "office", _("Office")
    BOOKKEEPER = "bookkeeper", _("Bookkeeper")
    BOARD = "board", _("Board")
    ADMIN = "admin", _("Administrator")


DUTIES = {
    Role.AUTHOR: _("Writes drafts and submits them."),
    Role.EDITOR: _("Publishes, schedules, withdraws."),
    Role.CHIEF_EDITOR: _("All that an editor does, and removes whole groups of pages."),
    Role.OFFICE: _("Keeps the paper's settings, the staff and their roles."),
    Role.BOOKKEEPER: _("Looks after payments, bank statements and the books."),
    Role.BOARD: _("Decides who becomes a member of the cooperative."),
    Role.ADMIN: _("Everything, and resets a lost second factor."),
}

# Permissions beyond entry; those on pages, pictures and files are laid by the newsroom.
# What is of other apps is named by text: `people` does not know them.
MONEY = [
    "ledger.view_entry",
    "payments.view_dueitem",
    "payments.change_question",
    "payments.change_sepabatch",
    "payments.release_sepabatch",
    "payments.change_payoutbatch",
    "payments.release_payoutbatch",
    "payments.change_transfer",
    "payments.view_bankaccount",
]
PERMISSIONS: dict[str, list[str]] = {
    Role.OFFICE: [
        *MONEY,
        "payments.see_iban",
        "payments.add_bankaccount",
        "payments.change_bankaccount",
        "ledger.change_account",
        "people.view_person",
        "people.add_person",
        "people.change_person",
        "people.merge_person",
        "people.erase_person",
        "paper.change_paper",
        "mailroom.view_bounce",
        "mailroom.view_batch",
        "mailroom.change_batch",
        "mailroom.view_message",
    ],
    Role.BOOKKEEPER: [*MONEY, "people.view_person"],
    Role.CHIEF_EDITOR: ["mailroom.view_batch", "mailroom.change_batch"],
    Role.EDITOR: ["mailroom.view_batch"],
}
ENTRY = "wagtailadmin.access_admin"


class RoleRefused(Exception):
    """A rule about roles would be broken.

    RoleRefused
      x NotAllowed   only an admin gives or takes the admin's role
      x LastAdmin    the paper would be left without an admin who may sign in
    """


class NotAllowed(RoleRefused):
    """Only an admin gives or takes the admin's role."""


class LastAdmin(RoleRefused):
    """The paper would be left without an admin who may sign in."""


@transaction.atomic
def lay_roles() -> None:
    """Makes the groups and gives them their permissions; once is as good as twice."""
    for role in Role.values:
        allow(role, ENTRY, *PERMISSIONS.get(role, []))
    drop_foreign_groups()


def allow(role: str, *names: str) -> None:
    """Gives a role permissions, each written as "app.codename".

    Raises Permission.DoesNotExist for a name that is none.
    """
    group, _made = Group.objects.get_or_create(name=role)
    codenames = [name.partition(".")[2] for name in names]
    found = {
        f"{one.content_type.app_label}.{one.codename}": one
        for one in Permission.objects.filter(codename__in=codenames).select_related("content_type")
    }
    if missing := set(names) - set(found):
        raise Permission.DoesNotExist(f"There is no {', '.join(sorted(missing))}.")
    group.permissions.add(*(found[name] for name in names))


def drop_foreign_groups() -> None:
    """Removes the two groups that Wagtail makes, as long as nobody is in them."""
    Group.objects.filter(name__in=["Editors", "Moderators"], user=None).delete()


def roles_of(person: Person) -> list[str]:
    """The person's roles, in the order in which `Role` names them."""
    names = {group.name for group in person.groups.all()}
    return [role for role in Role.values if role in names]


@transaction.atomic
def grant(person: Person, *, role: str, by: Person | None) -> None:
    """Gives a person a role. `by` is None on the command line.

    Raises NotAllowed.
    """
    check_giver(by, role=role)
    if role in roles_of(person):
        return
    person.groups.add(Group.objects.get(name=Role(role).value))
    if role == Role.ADMIN:
        person.is_superuser = True
        person.save(update_fields=["is_superuser"])
    log(person, "people.role_granted", user=by, data={"role": role})


@transaction.atomic
def revoke(person: Person, *, role: str, by: Person | None) -> None:
    """Takes a role from a person.

    Raises NotAllowed and LastAdmin.
    """
    check_giver(by, role=role)
    if role not in roles_of(person):
        return
    if role == Role.ADMIN:
        check_other_admin(person)
        person.is_superuser = False
        person.save(update_fields=["is_superuser"])
    person.groups.remove(Group.objects.get(name=role))
    log(person, "people.role_revoked", user=by, data={"role": role})


def check_giver(giver: Person | None, *, role: str) -> None:
    """Raises NotAllowed where `giver` may not give or take `role`."""
    if role == Role.ADMIN and giver is not None and not giver.is_superuser:
        raise NotAllowed(_("Only an administrator makes or unmakes administrators."))


def check_other_admin(person: Person) -> None:
    """Raises LastAdmin when no other admin may sign in."""
    if person.is_superuser and not active_admins().exclude(pk=person.pk).exists():
        raise LastAdmin(_("Somebody else must be administrator first."))


def active_admins() -> models.QuerySet[Person]:
    return Person.objects.filter(is_superuser=True, is_active=True)
