"""Signed links: good for what they were made for, and no longer than they may be."""

import datetime as dt

import pytest

from allmende.lib.origin import is_own
from allmende.lib.signing import Expired, Forged, Signer

pytestmark = pytest.mark.no_database
AT = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
WEEK = dt.timedelta(days=7)
HOSTS = {"bote.example", "localhost:8000"}


def test_values_come_back_as_they_were() -> None:
    signer = Signer("leave", secrets=["a"])
    token = signer.sign([17, "Grüße"], at=AT)
    assert signer.read(token, at=AT + WEEK, longest=WEEK) == [17, "Grüße"]
    assert "/" not in token


def test_old_link_is_expired_and_without_a_limit_still_good() -> None:
    signer = Signer("leave", secrets=["a"])
    token = signer.sign([17], at=AT)
    with pytest.raises(Expired):
        signer.read(token, at=AT + WEEK + dt.timedelta(minutes=1), longest=WEEK)
    assert signer.read(token, at=AT + 500 * WEEK) == [17]


def test_link_for_something_else_or_of_another_house_is_forged() -> None:
    token = Signer("leave", secrets=["a"]).sign([17], at=AT)
    for other in (Signer("join", secrets=["a"]), Signer("leave", secrets=["b"])):
        with pytest.raises(Forged):
            other.read(token, at=AT)


def test_former_secret_is_still_believed() -> None:
    token = Signer("leave", secrets=["old"]).sign([17], at=AT)
    assert Signer("leave", secrets=["new", "old"]).read(token, at=AT) == [17]


def test_every_change_of_a_token_is_noticed() -> None:
    signer = Signer("leave", secrets=["a"])
    token = signer.sign([17], at=AT)
    wrong = [token[:i] + ("A" if c != "A" else "B") + token[i + 1 :] for i, c in enumerate(token)]
    for attempt in [*wrong, "", "=", "ä", token + "=", token + "A", token[:-1]]:
        with pytest.raises(Forged):
            signer.read(attempt, at=AT)


@pytest.mark.parametrize(
    ("fetch_site", "origin", "own"),
    [
        ("same-origin", "https://bote.example", True),
        ("same-origin", "null", True),
        ("cross-site", "https://bote.example", False),
        ("same-site", "https://blog.bote.example", False),
        ("none", "", False),
        ("", "https://bote.example", True),
        ("", "http://localhost:8000", True),
        ("", "https://bote.example.evil.example", False),
        ("", "null", False),
        ("", "", False),
    ],
)
def test_form_of_another_page_is_not_ours(fetch_site: str, origin: str, own: bool) -> None:
    assert is_own(fetch_site, origin, hosts=HOSTS) is own
