"""Today: the first screen of the staff's rooms."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.permissions import policy_registry

from allmende.newsroom import reading, today
from allmende.newsroom.models import ArticleIndex, Page
from allmende.people.models import Person


def sees_articles(person: Person | AnonymousUser) -> bool:
    """Whether the list of articles is open to this person: who writes, edits or publishes."""
    root = policy_registry.get_by_type(Page).explorable_root_instance(person)
    index = ArticleIndex.objects.first()
    return root is not None and index is not None and index.path.startswith(root.path)


def publishes(person: Person | AnonymousUser) -> bool:
    return bool(policy_registry.get_by_type(Page).user_has_permission(person, "publish"))


class Today(Component):
    """All lists of the day in one panel; each says so when there is nothing."""

    name = "today"
    order = 100
    template_name = "newsroom/admin/today.html"

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        request = parent_context["request"]
        now, decides = timezone.now(), publishes(request.user)
        zone = reading.zone()
        context = {
            "csrf_token": parent_context["csrf_token"],
            "day": timezone.localdate(now, zone),
            "zone": zone,
            "person": request.user,
            "decides": decides,
            "sees_articles": sees_articles(request.user),
        }
        if context["sees_articles"]:
            context |= {
                "to_review": today.to_review(request.user, decides=decides),
                "held_back": today.held_back(),
                "scheduled": today.scheduled(),
                "live_unready": today.live_unready(),
                "newest": today.newest(),
                "drafts": today.drafts_of(request.user),
                "rights": today.rights_of_pictures(at=now),
                "without_credit": today.without_credit(),
                "same_headlines": today.same_headlines(),
            }
        if decides:
            context["failures"] = today.failed_pages()
        return context


@hooks.register("construct_homepage_panels")
def today_alone(request: HttpRequest, panels: list[Any]) -> None:
    """Wagtail's own lists load every row there is."""
    panels[:] = [Today()]


@hooks.register("construct_homepage_summary_items", order=1000)
def no_summary(request: HttpRequest, items: list[Any]) -> None:
    """Wagtail counts every page, picture and file on each visit."""
    items.clear()
