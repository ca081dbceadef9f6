"""The ground a newsroom stands on: root pages, languages. Laid once, safe to lay again."""

from django.conf import settings
from wagtail.models import Locale, Site

from allmende.newsroom.models import ArticleIndex, FrontPage, Page


def lay() -> None:
    for code, _name in settings.LANGUAGES:
        Locale.objects.get_or_create(language_code=code)
    front = FrontPage.objects.first() or lay_front_page()
    if not ArticleIndex.objects.exists():
        front.add_child(instance=ArticleIndex(title="Artikel", slug="artikel"))


def lay_front_page() -> FrontPage:
    """Puts the front page in the place of Wagtail's welcome page."""
    root = Page.get_first_root_node()
    front = root.add_child(instance=FrontPage(title="Titelseite", slug="titelseite"))
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    site.hostname, site.root_page = "localhost", front
    site.save()
    Page.objects.filter(slug="home", depth=2, content_type=root.content_type).delete()
    return FrontPage.objects.get(pk=front.pk)


def article_index() -> ArticleIndex:
    return ArticleIndex.objects.get()
