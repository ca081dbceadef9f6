"""Pictures and documents in a bucket: at the same addresses, and as public as in a folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages

from allmende.bakery.serve import FileApplication
from allmende.newsroom import downloads, pictures
from allmende.newsroom.models import Download
from allmende.site import backup, bucket, condition, environment, public_paths
from tests.adapters import buckets
from tests.adapters.serving_cases import Fetch
from tests.bakery.test_serve import in_process, refuse
from tests.factories import newsroom as make

pytestmark = pytest.mark.django_db
MEDIA = "bote-media"


@pytest.fixture(autouse=True)
def media(settings, endpoint, monkeypatch) -> Iterator[None]:
    """Settings that name a bucket for pictures and documents."""
    told = {**buckets.environment(endpoint, "tried"), "ALLMENDE_S3_MEDIA": MEDIA}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    settings.SETTING = environment.read()
    settings.STORAGES = {
        **settings.STORAGES,
        "baked": bucket.storage(settings.SETTING),
        "default": bucket.storage(settings.SETTING, bucket.MEDIA),
    }
    storages._storages.clear()
    default_storage._wrapped = storages["default"]
    default_storage.bucket.create()
    yield
    default_storage.bucket.objects.delete()
    default_storage._wrapped = None
    storages._storages.clear()


@pytest.fixture
def fetch(tmp_path: Path) -> Fetch:
    return in_process(FileApplication(tmp_path, refuse, static=public_paths.folders()))


def names() -> set[str]:
    return {one.key.removeprefix("tried/") for one in default_storage.bucket.objects.all()}


def test_picture_and_its_sizes_lie_in_the_bucket_and_are_served_from_it(fetch):
    picture = make.picture()
    assert picture.file.name in names()
    shown = pictures.responsive(picture, "small")
    assert shown.src.startswith("/media/images/")
    answer = fetch("GET", shown.src, {})
    assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg")
    with default_storage.open(shown.src.removeprefix("/media/")) as file:
        assert answer.body == file.read()


def test_original_is_not_served(fetch):
    picture = make.picture()
    assert fetch("GET", f"/media/{picture.file.name}", {}).status == 404
    assert fetch("GET", "/media/images/../original_images/x.jpg", {}).status == 404


def test_document_is_public_once_a_page_shows_it(fetch):
    document = Download.objects.create(title="Plan", file=ContentFile(b"%PDF-1", name="plan.pdf"))
    name = downloads.public_name(document)
    assert fetch("GET", f"/media/{name}", {}).status == 404
    shown = downloads.publish(document)
    assert downloads.publish(document) == shown
    assert shown.url == f"/media/{name}"
    assert fetch("GET", shown.url, {}).body == b"%PDF-1"
    assert names() == {document.file.name, name}
    document.delete()
    downloads.take_away(document)
    assert name not in names()


def test_second_upload_of_a_name_does_not_replace_the_first():
    one, two = (default_storage.save("documents/a.pdf", ContentFile(text)) for text in (b"1", b"2"))
    assert one != two
    assert default_storage.open(one).read() == b"1"


def test_backup_leaves_out_what_lies_in_a_bucket(tmp_path):
    make.picture()
    database = tmp_path / "database.sqlite3"
    assert [entry.path for entry in backup.entries(database)] == [database]


def test_check_looks_at_both_buckets():
    assert [(one.name, one.ok) for one in condition.of_bucket()] == [
        ("bucket", True),
        ("bucket of media", True),
    ]
