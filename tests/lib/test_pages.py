"""A small page cache while tables are walked through, and the old one afterwards."""

import pytest
from django.db import IntegrityError, connection, transaction

from allmende.ledger.models import Account
from allmende.lib.pages import few_pages

pytestmark = pytest.mark.django_db


def size() -> int:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size")
        (pages,) = cursor.fetchone()
    return int(pages)


def test_pages_are_few_meanwhile_and_as_many_as_before_afterwards():
    if connection.vendor != "sqlite":
        with few_pages(connection):
            assert connection.is_usable()
        return
    before = size()
    with few_pages(connection, megabytes=3):
        assert size() == -3 * 1024
        with few_pages(connection):
            assert size() == -8 * 1024
        assert size() == -3 * 1024
    assert size() == before != -3 * 1024


def test_pages_come_back_after_a_transaction_that_failed():
    if connection.vendor != "sqlite":
        return
    before = size()
    with pytest.raises(IntegrityError), transaction.atomic(), few_pages(connection):
        Account.objects.create(code="bank", kind="asset", number=1)
    assert size() == before
