"""The demo's providers stand where the demo looks for them, and remember."""

import json
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from allmende.payments.providers.paypal import orders
from allmende.payments.providers.paypal.api import Account
from allmende.site import environment
from tests.house import COMMAND, PATIENCE, House, free_port
from tests.payments.providers.paypal_world import client, offer

pytestmark = pytest.mark.no_database


@contextmanager
def playing(paper: House) -> Iterator[str]:
    """The address of PayPal's dummy."""
    process = subprocess.Popen([*COMMAND, "dummies"], env=paper.environment, cwd=paper.folder)
    (paper.folder / "run.log").touch()
    try:
        for step in (3, 4, 5):
            House(paper.folder, "", paper.port + step).wait_for("/desk", server=process)
        yield f"http://127.0.0.1:{paper.port + 3}"
    finally:
        process.terminate()
        assert process.wait(timeout=PATIENCE) == 0


def test_dummies_play_and_remember(tmp_path: Path) -> None:
    paper = House(tmp_path, "", free_port(), {"ALLMENDE_DEMO": "1"})
    with playing(paper) as address:
        paypal = client(Account("dummy", "dummy", server=address))
        order = orders.create(paypal, offer(cents=700))
        with urllib.request.urlopen(f"{address}/desk") as desk:
            assert "default-src 'none'" in desk.headers["Content-Security-Policy"]
        paypal.wire.close()
    kept = json.loads((paper.data / "dummies" / "paypal.json").read_text())
    assert list(kept["orders"]) == [order.id]
    with playing(paper) as address:
        paypal = client(Account("dummy", "dummy", server=address))
        assert orders.get(paypal, order.id).reference == "a-1"
        assert orders.create(paypal, offer("a-2", 700)).id != order.id
        paypal.wire.close()


def test_dummies_are_not_for_a_real_paper(tmp_path: Path) -> None:
    told = House(tmp_path, "", free_port()).allmende("dummies", status=1)
    assert "a real paper has real providers" in told


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLMENDE_PAYPAL_SERVER", "http://127.0.0.1:8003"),
        ("ALLMENDE_PAYPAL_SERVER", "https://paypal.example"),
        ("ALLMENDE_MOLLIE_SERVER", "http://127.0.0.1:8004"),
        ("ALLMENDE_PAYPAL_CLIENT", "only-this"),
    ],
)
def test_setting_that_leads_givers_astray_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("ALLMENDE_DEMO", "0")
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=name):
        environment.read()
