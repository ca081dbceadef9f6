"""What proves the ledger notices what the database would not have let happen."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from allmende.ledger import post, proofs
from allmende.site import condition
from tests.ledger.cast import DAY, NOW, posted

pytestmark = pytest.mark.django_db


@contextmanager
def tampering() -> Iterator[None]:
    """Without triggers and checks, as somebody with the database in their hands could."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            yield
            cursor.execute("RESET session_replication_role")
            return
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():
            if name.startswith("ledger_"):
                cursor.execute(f'DROP TRIGGER "{name}"')
        yield


def ask(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def found() -> dict[str, list[str]]:
    return {proof.name: list(proof.wrong()) for proof in proofs.PROOFS}


def test_lists_are_empty_after_posting_and_reversing() -> None:
    assert found() == {"ledger-even": [], "ledger-complete": [], "ledger-totals": []}
    post.reverse(posted(), key="back", on=DAY, at=NOW, text="")
    assert found() == {"ledger-even": [], "ledger-complete": [], "ledger-totals": []}


def test_changed_amount_is_told_by_two_lists() -> None:
    entry = posted(cents=1000)
    with tampering():
        ask("UPDATE ledger_posting SET cents = 1001 WHERE account_id = 'bank'")
    assert found() == {
        "ledger-even": [f"entry {entry.pk}: 1 cents EUR too many"],
        "ledger-complete": [],
        "ledger-totals": ["bank EUR 2026-03-31: total (1000, 1), postings (1001, 1)"],
    }


def test_missing_posting_is_told() -> None:
    entry = posted()
    with tampering():
        ask("DELETE FROM ledger_posting WHERE account_id = 'bank'")
    assert found()["ledger-complete"] == [f"entry {entry.pk}: 1 of 2 postings"]


def test_check_of_the_house_names_what_is_wrong() -> None:
    entry = posted()
    names = {finding.name: finding for finding in condition.of_proofs()}
    assert names["ledger-even"].ok
    with tampering():
        ask("UPDATE ledger_posting SET cents = 1201 WHERE account_id = 'bank'")
    names = {finding.name: finding for finding in condition.of_proofs()}
    assert not names["ledger-even"].ok
    assert f"entry {entry.pk}" in names["ledger-even"].words
