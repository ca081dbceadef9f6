"""What a monitor sees."""

import datetime as dt
import uuid

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from allmende.bakery import orders
from allmende.bakery.models import BakedPage, BakeOrder
from allmende.site import installation
from allmende.site.models import Worker

pytestmark = pytest.mark.django_db
TOKEN = "k" * 40


@pytest.fixture(autouse=True)
def folders(settings, tmp_path, monkeypatch):
    settings.DATA = tmp_path
    # A database made for tests knows no list of migrations.
    monkeypatch.setattr(installation, "migrations_to_run", lambda: 0)


@pytest.fixture
def worker():
    now = timezone.now()
    return Worker.objects.create(key=uuid.uuid4(), host="one", started_at=now, seen_at=now)


def numbers(client):
    answer = client.get("/-/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    samples = [s for f in text_string_to_metric_families(answer.text) for s in f.samples]
    return {(s.name.removeprefix("allmende_"), *s.labels.values()): s.value for s in samples}


def test_health_is_well_while_a_worker_lives(client, worker):
    answer = client.get("/-/health")
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "wrong": []})
    assert answer.headers["Cache-Control"] == "no-store"


def test_health_names_what_is_not_well_and_nothing_more(client, worker):
    worker.seen_at -= dt.timedelta(minutes=2)
    worker.save()
    orders.place("page:1")
    BakeOrder.objects.update(ordered_at=timezone.now() - dt.timedelta(minutes=5))
    answer = client.get("/-/health")
    assert answer.status_code == 503
    assert answer.json() == {"ok": False, "wrong": ["worker", "bake orders"]}


def test_health_answers_without_a_database(client, worker, monkeypatch):
    def away(*args, **kwargs):
        raise DatabaseError("connection refused")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", away)
        answer = client.get("/-/health")
    assert (answer.status_code, answer.json()["wrong"]) == (503, ["database"])


def test_metrics_are_closed_without_the_token(client, settings):
    settings.SETTING = {**settings.SETTING, "metrics_token": ""}
    assert client.get("/-/metrics").status_code == 404
    assert client.get("/-/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    settings.SETTING = {**settings.SETTING, "metrics_token": TOKEN}
    assert client.get("/-/metrics").status_code == 404
    assert client.get("/-/metrics", headers={"Authorization": "Bearer no"}).status_code == 404


def test_metrics_count_what_waits(client, settings, worker):
    settings.SETTING = {**settings.SETTING, "metrics_token": TOKEN}
    now = timezone.now()
    BakedPage.objects.create(path="/a.html", state="live", baked_at=now, error="no")
    orders.place("page:1", "page:2")
    BakeOrder.objects.update(ordered_at=now - dt.timedelta(seconds=90))
    found = numbers(client)
    assert found["bake_orders",] == 2
    assert 90 <= found["bake_oldest_seconds",] < 120
    assert found["pages", "live"] == 1
    assert found["pages", "gone"] == 0
    assert found["pages_faulty",] == 1
    assert (found["workers",], found["database_up",]) == (1, 1)
    assert found["disk_free_bytes",] > 0
