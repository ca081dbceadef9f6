"""Roles: what they open, who gives them, and that an admin always remains."""

import pytest
from django.contrib.auth.models import Group, Permission
from wagtail.models import ModelLogEntry

from allmende.people import roles
from allmende.people.roles import Role
from tests.people import cast

pytestmark = pytest.mark.django_db


def test_roles_laid_twice_are_laid_once() -> None:
    roles.lay_roles()
    before = {group.name: set(group.permissions.all()) for group in Group.objects.all()}
    roles.lay_roles()
    after = {group.name: set(group.permissions.all()) for group in Group.objects.all()}
    assert before == after
    assert set(after) == set(Role.values)


def test_permission_that_does_not_exist_is_named() -> None:
    with pytest.raises(Permission.DoesNotExist, match=r"people\.fly"):
        roles.allow(Role.EDITOR, roles.ENTRY, "people.fly")


@pytest.mark.parametrize("role", Role.values)
def test_every_role_opens_the_door(role: str) -> None:
    assert cast.staff("Jana", role).has_perm(roles.ENTRY)


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.AUTHOR, False),
        (Role.EDITOR, False),
        (Role.CHIEF_EDITOR, False),
        (Role.OFFICE, True),
        (Role.ADMIN, True),
    ],
)
def test_office_and_admin_keep_paper_and_people(role: str, may: bool) -> None:
    jana = cast.staff("Jana", role)
    assert jana.has_perm("paper.change_paper") is may
    assert jana.has_perm("people.change_person") is may


def test_office_gives_roles_and_it_is_written_down() -> None:
    otto, lene = cast.staff("Otto", "office"), cast.staff("Lene", "author")
    roles.grant(lene, role="editor", by=otto)
    roles.revoke(lene, role="author", by=otto)
    assert roles.roles_of(lene) == ["editor"]
    entries = ModelLogEntry.objects.filter(object_id=str(lene.pk), user=otto).order_by("pk")
    assert [(entry.action, entry.data["role"]) for entry in entries] == [
        ("people.role_granted", "editor"),
        ("people.role_revoked", "author"),
    ]
    assert str(entries[0].formatter.format_message(entries[0])).endswith(str(Role.EDITOR.label))


def test_office_makes_no_admin() -> None:
    otto = cast.staff("Otto", "office")
    with pytest.raises(roles.NotAllowed):
        roles.grant(otto, role="admin", by=otto)
    otto.refresh_from_db()
    assert not otto.is_superuser


def test_office_unmakes_no_admin() -> None:
    ada, _other = cast.staff("Ada", "admin"), cast.staff("Tarik", "admin")
    with pytest.raises(roles.NotAllowed):
        roles.revoke(ada, role="admin", by=cast.staff("Otto", "office"))


def test_last_admin_stays() -> None:
    ada = cast.staff("Ada", "admin")
    with pytest.raises(roles.LastAdmin):
        roles.revoke(ada, role="admin", by=ada)
    assert roles.roles_of(ada) == ["admin"]


def test_admin_goes_when_another_stays() -> None:
    ada, tarik = cast.staff("Ada", "admin"), cast.staff("Tarik", "admin")
    roles.revoke(ada, role="admin", by=tarik)
    ada.refresh_from_db()
    assert (ada.is_superuser, roles.roles_of(ada)) == (False, [])


def test_admin_who_may_not_sign_in_is_no_other() -> None:
    ada, tarik = cast.staff("Ada", "admin"), cast.staff("Tarik", "admin")
    cast.accounts.set_active(tarik, active=False, by=ada, at=cast.NOW)
    with pytest.raises(roles.LastAdmin):
        roles.revoke(ada, role="admin", by=ada)
