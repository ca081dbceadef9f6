"""Versions of the statute: which one holds, and that none is ever changed."""

import datetime as dt
from hashlib import sha256
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from allmende.bakery.models import BakeOrder
from allmende.cooperative import presets, statute
from allmende.cooperative.models import Statute, StatuteDocument
from tests.cooperative.cast import DAY, NOW, PDF, statute_like

pytestmark = pytest.mark.django_db


def ask(sql: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_the_newest_version_that_has_begun_holds():
    first = statute_like(in_force_from=dt.date(2020, 1, 1))
    second = statute_like(in_force_from=dt.date(2024, 7, 1), share_cents=400_00)
    assert statute.in_force(on=dt.date(2024, 6, 30)) == first
    assert statute.in_force(on=dt.date(2024, 7, 1)) == second
    with pytest.raises(statute.NoStatute):
        statute.in_force(on=dt.date(2019, 12, 31))


def test_a_version_that_mends_another_holds_from_when_it_was_known():
    wrong = statute_like(share_cents=50_00)
    right = statute_like(published=False, share_cents=500_00)
    statute.publish(right, by=None, at=NOW)
    assert statute.in_force(on=DAY) == right
    assert statute.in_force(on=DAY, known_at=NOW - dt.timedelta(days=1)) == wrong


def test_a_draft_does_not_hold():
    statute_like(published=False)
    with pytest.raises(statute.NoStatute):
        statute.in_force(on=DAY)


def test_publishing_is_done_once_and_renews_pages():
    found = statute_like(published=False)
    statute.publish(found, by=None, at=NOW)
    assert BakeOrder.objects.filter(ingredient=statute.VERSIONS).exists()
    with pytest.raises(statute.AlreadyPublished):
        statute.publish(found, by=None, at=NOW)


def test_a_version_without_groups_is_not_published():
    found = statute.draft({"in_force_from": DAY, "share_cents": 100}, groups=[], document=PDF)
    with pytest.raises(statute.NoGroup):
        statute.publish(found, by=None, at=NOW)


def test_a_document_is_kept_once_by_its_hash():
    one, other = statute_like(), statute_like(in_force_from=DAY)
    assert one.document_id == other.document_id == sha256(PDF).hexdigest()
    assert StatuteDocument.objects.count() == 1


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE cooperative_statute SET share_cents = 1",
        "DELETE FROM cooperative_membergroup",
        "UPDATE cooperative_membergroup SET votes = votes",
        "UPDATE cooperative_statutedocument SET sha256 = sha256",
        "UPDATE cooperative_statute SET published_at = NULL",
    ],
)
def test_the_database_refuses_to_change_what_is_published(sql: str):
    statute_like()
    with pytest.raises(DatabaseError, match=r"published|named by its content"):
        ask(sql)


def test_the_database_refuses_to_delete_a_published_version_and_to_add_a_group():
    found = statute_like()
    with pytest.raises(DatabaseError, match="published"):
        ask("DELETE FROM cooperative_statute")
    with pytest.raises(DatabaseError, match="published"), transaction.atomic():
        found.groups.create(code="late", name_de="Späte", name_en="Late")


def test_a_draft_may_be_changed_and_thrown_away():
    found = statute_like(published=False)
    found.share_cents = 100
    found.save()
    found.groups.all().delete()
    found.delete()
    assert not Statute.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        {"share_cents": 0},
        {"compulsory_shares": 0},
        {"compulsory_shares": 5, "most_shares": 4},
        {"instalments": 20},
        {"instalments": 20, "instalment_cents": 26_00},
        {"nachschuss": "limited"},
        {"nachschuss_cents": 100},
        {"nachschuss": "perhaps"},
        {"currency": "XXX"},
        {"year_month": 13},
        {"early_exit_months": 3, "notice_months": 3},
    ],
)
def test_the_database_refuses_a_statute_that_contradicts_itself(values: dict[str, Any]):
    found = Statute(number=9, in_force_from=DAY, document=statute.keep_document(PDF))
    for name, value in {"share_cents": 500_00, **values}.items():
        setattr(found, name, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        found.save()
    with pytest.raises(ValidationError):
        found.full_clean()


@pytest.mark.parametrize("name", sorted(presets.PRESETS))
def test_parameters_suffice_for_papers_that_exist(name: str):
    found = statute_like(name)
    assert statute.in_force(on=DAY) == found
    assert found.groups.filter(online=True).exists()
