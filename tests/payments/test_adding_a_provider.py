"""docs/adding/payment-provider.md is done as it stands there: its file, its line, its settings."""

import datetime as dt
import hmac
import json
import sys
import textwrap
import threading
import uuid
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from allmende.ledger import balances
from allmende.ledger.money import Money
from allmende.payments import checkout, events, pledges, providers
from tests.factories import payments as make

pytestmark = pytest.mark.django_db
PAGE = Path(__file__).parents[2] / "docs" / "adding" / "payment-provider.md"
PLACE = "allmende.payments.providers.linden.provider.Provider"
NOW = make.NOW


def fragments() -> list[str]:
    """The page's pieces of Python, in order."""
    pieces = PAGE.read_text().split("```python\n")[1:]
    return [textwrap.dedent(piece.split("```")[0]) for piece in pieces]


class Linden(ThreadingHTTPServer):
    """The service of the page, as far as the page tells of it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Desk)
        self.rows: dict[str, dict[str, Any]] = {}


class Desk(BaseHTTPRequestHandler):
    server: Linden

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        id = f"L-{self.headers['Idempotency-Key']}"
        self.server.rows.setdefault(id, {**body, "state": "open", "at": NOW.isoformat()})
        self.say({"id": id, "page": f"https://linden.example/{id}"})

    def do_GET(self) -> None:
        self.say(self.server.rows[self.path.removeprefix("/payments/")])

    def say(self, row: dict[str, Any]) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(row).encode())

    def log_message(self, *_what: object) -> None:
        pass


@pytest.fixture
def linden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Linden]:
    file, line, setting = fragments()
    folder = tmp_path / "linden"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "provider.py").write_text(file)
    monkeypatch.setattr(providers, "__path__", [*providers.__path__, str(tmp_path)])
    added = eval("{" + line + "}")
    assert added == {"linden": PLACE}
    monkeypatch.setitem(providers.PROVIDERS, "linden", PLACE)
    server = Linden()
    told: dict[str, Any] = {}
    exec(setting, {"SETTING": {"linden_key": "secret"}}, told)
    settings.LINDEN = {**told["LINDEN"], "base": f"http://127.0.0.1:{server.server_port}"}
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    providers.made.cache_clear()
    for name in [
        name for name in sys.modules if name.startswith(PLACE.rpartition(".provider.")[0])
    ]:
        del sys.modules[name]


def test_money_comes_by_the_provider_of_the_page(linden: Linden, client: Client):
    assert "linden" in [provider.name for provider in providers.offered("once")]
    terms = pledges.Terms(Money(1200), "once", NOW.date(), "linden")
    cause = pledges.Cause("contribution", "contributions", "person:1")
    begun = checkout.begin(uuid.uuid4(), person=make.person(), terms=terms, cause=cause, at=NOW)
    words = checkout.Words(
        "Beitrag", "Bote", "de", "https://bote.example/", "https://bote.example/"
    )
    step = checkout.proceed(begun, words=words, at=NOW)
    id = f"L-{begun.key}"
    assert step.url == f"https://linden.example/{id}"

    linden.rows[id] |= {"state": "paid", "fee": 30}
    body = json.dumps({"id": "E-1", "kind": "paid", "payment": id}).encode()
    seal = hmac.new(b"secret", body, sha256).hexdigest()
    for given, status in ((seal, 200), (seal, 200), ("0" * 64, 400)):
        answer = client.post(
            "/-/payments/linden", body, content_type="application/json",
            headers={"Linden-Seal": given},
        )  # fmt: skip
        assert answer.status_code == status
    assert events.process(at=dt.datetime.now(dt.UTC)) == 1
    assert balances.balance("cards") == Money(1170)
    assert balances.balance("contributions") == Money(-1200)
    assert checkout.standing(begun, at=NOW) == "done"
