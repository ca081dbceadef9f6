"""What the roles may do with pages, pictures and files."""

import pytest
from django.contrib.auth.models import Group
from wagtail.images import get_image_model
from wagtail.models import GroupCollectionPermission, GroupPagePermission, Workflow
from wagtail.permissions import policy_registry

from allmende.newsroom import foundation, staff_roles
from allmende.newsroom.models import Article, ArticleIndex, FrontPage
from allmende.people.models import Person
from allmende.people.roles import Role
from tests.factories.newsroom import section
from tests.people import cast

pytestmark = pytest.mark.django_db


def member(role: str) -> Person:
    """Somebody with this role, in a laid newsroom."""
    person = cast.staff("Jana", role)
    foundation.lay()
    staff_roles.lay_page_permissions()
    return person


def article(owner: Person | None = None) -> Article:
    page = Article(
        title="Die Mühle mahlt", slug="muehle", owner=owner, live=False, section=section()
    )
    return ArticleIndex.objects.get().add_child(instance=page)


def test_permissions_laid_twice_are_laid_once() -> None:
    member(Role.AUTHOR)
    counted = (GroupPagePermission, GroupCollectionPermission, Group, Workflow)
    before = [kind.objects.count() for kind in counted]
    staff_roles.lay_page_permissions()
    assert [kind.objects.count() for kind in counted] == before


@pytest.mark.parametrize(
    ("role", "edits_others", "publishes"),
    [
        (Role.AUTHOR, False, False),
        (Role.EDITOR, True, True),
        (Role.CHIEF_EDITOR, True, True),
        (Role.OFFICE, False, False),
        (Role.ADMIN, True, True),
    ],
)
def test_role_on_an_article_of_another(role: str, edits_others: bool, publishes: bool) -> None:
    jana = member(role)
    may = article().permissions_for_user(jana)
    assert (may.can_edit(), may.can_publish()) == (edits_others, publishes)


def test_author_writes_and_submits_but_does_not_publish() -> None:
    jana = member(Role.AUTHOR)
    assert ArticleIndex.objects.get().permissions_for_user(jana).can_add_subpage()
    own = article(owner=jana)
    may = own.permissions_for_user(jana)
    assert (may.can_edit(), may.can_submit_for_moderation(), may.can_publish()) == (
        True,
        True,
        False,
    )


def test_editor_keeps_the_front_page() -> None:
    jana = member(Role.EDITOR)
    assert FrontPage.objects.get().permissions_for_user(jana).can_publish()


def test_submitted_article_waits_for_an_editor() -> None:
    author = member(Role.AUTHOR)
    editor = cast.staff("Tarik", "editor")
    own = article(owner=author)
    own.save_revision(user=author)
    own.get_workflow().start(own, author)
    task = own.current_workflow_task
    assert task.user_can_access_editor(own, editor)
    assert [name for name, *_rest in task.get_actions(own, editor)] == [
        "reject",
        "approve",
        "approve",
    ]
    assert task.get_actions(own, author) == []


def test_workflow_chosen_by_the_paper_stays() -> None:
    member(Role.EDITOR)
    own = Workflow.objects.create(name="Vier Augen")
    used = ArticleIndex.objects.get().workflowpage
    used.workflow = own
    used.save()
    staff_roles.lay_page_permissions()
    assert ArticleIndex.objects.get().get_workflow() == own


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.EDITOR, Role.CHIEF_EDITOR])
def test_newsroom_chooses_and_adds_pictures(role: str) -> None:
    jana = member(role)
    policy = policy_registry.get_by_type(get_image_model())
    assert policy.user_has_permission(jana, "add")
    assert policy.user_has_permission(jana, "choose")
