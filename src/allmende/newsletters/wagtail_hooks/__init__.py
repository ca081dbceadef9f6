"""Staff screens of newsletters in Wagtail's admin."""

from django.templatetags.static import static
from django.urls import URLPattern
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry
from wagtail.snippets.models import register_snippet

from allmende.newsletters.wagtail_hooks import (  # noqa: F401  they register
    growth,
    issues,
    returns,
    subscribers,
    today,
)
from allmende.newsletters.wagtail_hooks.newsletters import NewsletterViewSet

ACTIONS = [
    ("exported", _("Export subscribers"), _("Subscribers exported")),
    ("pause", _("Pause a subscription"), _("A subscription paused")),
    ("resume", _("Resume a subscription"), _("A subscription resumed")),
    ("end", _("End a subscription"), _("A subscription ended")),
    ("forgive", _("Forgive a complaint"), _("A complaint counts no longer")),
]

register_snippet(NewsletterViewSet)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [*subscribers.addresses(), *growth.addresses()]


@hooks.register("register_log_actions")
def log_actions(registry: LogActionRegistry) -> None:
    for name, label, message in ACTIONS:
        registry.register_action(f"newsletters.{name}", label, message)


@hooks.register("insert_global_admin_css")
def style() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("newsletters/desk.css"))
