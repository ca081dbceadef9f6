"""What browsers are told that our pages may do."""

import pytest
from django.test import Client

from tests.people import cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/konto/login/", "/konto/password/reset/", "/nirgends/"])
def test_page_runs_no_script_of_others_nor_inline(client: Client, address: str) -> None:
    policy = client.get(address).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("address", ["/konto/login/", "/konto/2fa/", "/konto/login/code/confirm/"])
def test_account_pages_are_kept_nowhere(client: Client, address: str) -> None:
    answer = client.get(address)
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "camera=()" in answer.headers["Permissions-Policy"]


@pytest.mark.parametrize("address", ["/konto/2fa/", "/konto/2fa/recovery-codes/"])
def test_secrets_are_kept_nowhere(client: Client, address: str) -> None:
    cast.come_in(client, cast.staff("Jana", "editor"))
    assert "no-store" in client.get(address, follow=True).headers["Cache-Control"]


def test_staff_pages_load_from_our_host_only(client: Client) -> None:
    cast.come_in(client, cast.staff("Jana", "editor"))
    policy = client.get("/redaktion/account/").headers["Content-Security-Policy"]
    assert "http" not in policy
    assert "frame-ancestors 'self'" in policy


@pytest.mark.parametrize(
    "address", ["/konto/login/", "/konto/login/code/", "/konto/password/reset/", "/konto/signup/"]
)
def test_page_carries_no_inline_script_or_style(client: Client, address: str) -> None:
    page = client.get(address).content.decode()
    assert "<style" not in page
    assert " style=" not in page
    assert "onclick" not in page
