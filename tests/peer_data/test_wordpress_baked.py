"""WordPress's own theme test, read by a reader: every published item answers from a file."""

import datetime as dt
import io
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from allmende.bakery import bake
from allmende.bakery.models import BakedPage, BakeOrder
from allmende.bakery.serve import FileApplication
from allmende.importers.wordpress.export import Kind
from allmende.importers.wordpress.load import load
from tests.peer_data.test_wordpress_load import became
from tests.peer_data.test_wordpress_read import SHORTCODE, items, words

pytestmark = [pytest.mark.peer, pytest.mark.django_db, pytest.mark.one_database]
AT = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)


def nobody(environ: dict[str, Any], start: Any) -> list[bytes]:
    raise AssertionError("a public page must not enter Django")


def get(server: FileApplication, path: str) -> tuple[str, str]:
    """Status and body that the embedded server answers."""
    answer: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.input": io.BytesIO(),
        "wsgi.url_scheme": "http",
    }
    body = server(environ, lambda status, headers, *rest: answer.append(status))
    return answer[0], b"".join(body).decode()


def test_every_published_post_and_page_is_served_with_all_its_words(peer_data: Path) -> None:
    export = peer_data / "wordpress" / "themeunittestdata.wordpress.xml"
    load(export, at=AT)
    bake.finish()
    assert not BakedPage.objects.exclude(error="").exists()
    assert not BakeOrder.objects.exists()
    server = FileApplication(settings.BAKED_ROOT, nobody, static={}, dynamic=())
    public = [item for item in items(export) if item.kind in {Kind.POST, Kind.PAGE}]
    public = [item for item in public if item.is_public]
    assert len(public) > 60
    for item in public:
        page = became(item)
        status, html = get(server, page.url)
        assert status == "200 OK", page.url
        shown = Counter(words(html.partition("<main")[2]))
        missing = Counter(words(SHORTCODE.sub(r" \1 ", item.content))) - shown
        assert not missing, (page.url, missing)
