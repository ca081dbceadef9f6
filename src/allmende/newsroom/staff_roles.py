"""What each role may do in the newsroom: pages, pictures, files, and the way to approval.

Laid over the tree that `foundation` makes; once is as good as twice.
"""

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.translation import gettext, override
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from allmende.newsroom.models import ArticleIndex, FrontPage, Page
from allmende.people.roles import Role, allow

PUBLISHES = ["add", "change", "publish", "lock", "unlock"]
REMOVES = [*PUBLISHES, "bulk_delete"]

# An author adds below the index, which gives drafts of their own and their submission; an editor
# works on everything below the front page: articles, sections, dossiers, info pages.
PAGES: list[tuple[str, type[Page], list[str]]] = [
    (Role.AUTHOR, ArticleIndex, ["add"]),
    (Role.EDITOR, FrontPage, PUBLISHES),
    (Role.CHIEF_EDITOR, FrontPage, REMOVES),
]
# "add" lets one change what one has added oneself, "change" what others have.
FILES: dict[str, list[str]] = {
    Role.AUTHOR: ["add", "choose"],
    Role.EDITOR: ["add", "change", "choose"],
    Role.CHIEF_EDITOR: ["add", "change", "delete", "choose"],
}
SNIPPETS: dict[str, list[str]] = {
    Role.AUTHOR: ["newsroom.add_topic"],
    Role.EDITOR: [
        "newsroom.add_topic",
        "newsroom.change_topic",
        "newsroom.add_author",
        "newsroom.change_author",
        "newsroom.add_movedaddress",
        "newsroom.change_movedaddress",
    ],
}
SNIPPETS[Role.CHIEF_EDITOR] = [
    *SNIPPETS[Role.EDITOR],
    "newsroom.delete_topic",
    "newsroom.delete_author",
    "newsroom.delete_movedaddress",
]


@transaction.atomic
def lay_page_permissions() -> None:
    """Gives the roles their rights; `people.roles.lay_roles` and the page tree come first."""
    for role, kind, actions in PAGES:
        allow_on_page(role, page=kind.objects.get(), actions=actions)
    for role, actions in FILES.items():
        allow_on_files(role, actions=actions)
    for role, names in SNIPPETS.items():
        allow(role, *names)
    lay_approval()


def allow_on_page(role: str, *, page: Page, actions: list[str]) -> None:
    group = Group.objects.get(name=role)
    for action in actions:
        GroupPagePermission.objects.get_or_create(
            group=group, page_id=page.pk, permission=page_permission(action)
        )


def page_permission(action: str) -> Permission:
    return Permission.objects.get(
        content_type__app_label="newsroom", codename=f"{action}_{Page._meta.model_name}"
    )


def allow_on_files(role: str, *, actions: list[str]) -> None:
    """Rights on pictures and downloads of the whole library.

    Wagtail keeps them with its own image and document models, whichever models are used.
    """
    group, everywhere = Group.objects.get(name=role), Collection.get_first_root_node()
    for permission in Permission.objects.filter(
        content_type__app_label__in=["wagtailimages", "wagtaildocs"],
        codename__in=[f"{action}_{kind}" for action in actions for kind in ("image", "document")],
    ):
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=everywhere, permission=permission
        )


def lay_approval() -> None:
    """One step: an editor or the chief editor approves, and the article is published."""
    drop_foreign_approval()
    with override(settings.LANGUAGE_CODE):  # kept in the database, so in the paper's language
        name = gettext("Approval")
    task, _made = GroupApprovalTask.objects.get_or_create(name=name)
    task.groups.add(*Group.objects.filter(name__in=[Role.EDITOR, Role.CHIEF_EDITOR]))
    workflow, _made = Workflow.objects.get_or_create(name=name)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task)
    # A page has one workflow; one that the paper has chosen for itself stays.
    WorkflowPage.objects.get_or_create(
        page=ArticleIndex.objects.get().page_ptr, defaults={"workflow": workflow}
    )


def drop_foreign_approval() -> None:
    """Removes the workflow that Wagtail makes for its own group, as long as it is unused."""
    foreign = Workflow.objects.filter(name="Moderators approval", workflow_states=None)
    tasks = list(WorkflowTask.objects.filter(workflow__in=foreign).values_list("task", flat=True))
    foreign.delete()
    GroupApprovalTask.objects.filter(pk__in=tasks, workflow_tasks=None, groups=None).delete()
