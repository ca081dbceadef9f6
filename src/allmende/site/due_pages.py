"""Pages whose time has come: scheduled ones go live, expired ones are withdrawn.

What Wagtail's `publish_scheduled` does, but each page in a transaction of its own together with its
bake orders, and safe for several workers at once.
"""

import datetime as dt
import logging
from collections.abc import Callable

from django.db import transaction
from wagtail.models import Revision

from allmende.newsroom import unready
from allmende.newsroom.models import Article, Page

logger = logging.getLogger(__name__)


def publish_due(*, at: dt.datetime) -> int:
    """Publishes and withdraws what is due. Returns the number of pages.

    A page that cannot be published is told in the log and does not keep the others waiting; an
    article that lacks something is held back until it does not.
    """
    expired = Page.objects.filter(live=True, expire_at__lte=at).order_by("expire_at")
    waiting = Revision.objects.filter(approved_go_live_at__lte=at).order_by("approved_go_live_at")
    waiting = waiting.exclude(object_id__in=unready.looked_at_lately(at=at))
    done = [attempt(expire, pk, at) for pk in expired.values_list("pk", flat=True)]
    done += [attempt(go_live, pk, at) for pk in waiting.values_list("pk", flat=True)]
    return sum(done)


def attempt(step: Callable[[int, dt.datetime], bool], pk: int, at: dt.datetime) -> bool:
    try:
        with transaction.atomic():
            return step(pk, at)
    except Exception:
        logger.exception("%s of %s failed", step.__name__, pk)
        return False


def expire(pk: int, at: dt.datetime) -> bool:
    page = Page.objects.select_for_update().filter(pk=pk, live=True, expire_at__lte=at).first()
    if page is None:  # another worker was faster
        return False
    page.specific.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    return True


def go_live(pk: int, at: dt.datetime) -> bool:
    revisions = Revision.objects.select_for_update()
    revision = revisions.filter(pk=pk, approved_go_live_at__lte=at).first()
    if revision is None:
        return False
    is_article = issubclass(revision.content_type.model_class() or Page, Article)
    if is_article and unready.hold_back(revision, at=at):
        return False
    revision.publish(log_action="wagtail.publish.scheduled")
    return True
