"""The bucket in the settings and in the eyes of `allmende check`."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import storages

from allmende.bakery import placing
from allmende.bakery.store import S3Store
from allmende.site import bucket, condition, environment
from tests.adapters import buckets


@pytest.fixture
def told(settings, endpoint, monkeypatch):
    """Settings that name a bucket."""

    def tell(**more: str) -> None:
        for name, value in {**buckets.environment(endpoint, "tried"), **more}.items():
            monkeypatch.setenv(name, value)
        settings.STORAGES = {**settings.STORAGES, "baked": bucket.storage(environment.read())}
        storages._storages.clear()
        placing.store.cache_clear()

    yield tell
    storages._storages.clear()
    placing.store.cache_clear()


def finding() -> condition.Finding:
    (found,) = condition.of_bucket()
    return found


def test_pages_go_where_the_settings_say(told, endpoint):
    told()
    assert placing.store().put("/a.html", b"<p>", "text/html")
    assert S3Store(buckets.opened(endpoint, "tried")).read("/a.html").body == b"<p>"
    assert list(placing.store().walk()) == list(S3Store(buckets.opened(endpoint, "tried")).walk())


@pytest.mark.django_db
def test_check_says_that_the_bucket_is_well(told):
    told()
    assert finding() == condition.Finding("bucket", True, "bote can be written to")
    assert finding() in condition.look()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"ALLMENDE_S3_BUCKET": "nirgends"}, "bucket nirgends: there is no such bucket. Check"),
        ({"ALLMENDE_S3_ENDPOINT": "http://127.0.0.1:9"}, "cannot be reached: Could not connect"),
    ],
)
def test_check_says_what_is_wrong_with_the_bucket(told, more, words):
    told(**more)
    assert not finding().ok
    assert words in finding().words


def test_check_says_that_there_are_no_keys(told, monkeypatch, tmp_path):
    told()
    for name in buckets.KEYS:
        monkeypatch.delenv(name)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    assert "Unable to locate credentials" in finding().words


def test_without_a_bucket_there_is_nothing_to_find():
    assert list(condition.of_bucket()) == []


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"ALLMENDE_S3_BUCKET": ""}, "ALLMENDE_S3_BUCKET is empty"),
        ({"ALLMENDE_S3_ENDPOINT": "s3.example.net"}, "ALLMENDE_S3_ENDPOINT"),
        ({"ALLMENDE_S3_ENDPOINT": "https://"}, "ALLMENDE_S3_ENDPOINT"),
        ({"ALLMENDE_S3_PREFIX": "/bote"}, "ALLMENDE_S3_PREFIX"),
        ({"ALLMENDE_S3_PREFIX": "bote;x"}, "ALLMENDE_S3_PREFIX"),
        ({"ALLMENDE_S3_MEDIA": "bote"}, "ALLMENDE_S3_MEDIA names the bucket of the pages"),
    ],
)
def test_settings_that_cannot_be_are_refused(told, more, words):
    with pytest.raises(ImproperlyConfigured, match=words):
        told(**more)
