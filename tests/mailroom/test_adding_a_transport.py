"""docs/adding/mail-transport.md is done as it stands there: its file, its line, its address."""

import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from allmende.mailroom import deliver, transports
from allmende.mailroom.models import Message
from allmende.mailroom.transports import choice
from allmende.site import environment
from tests.house import free_port
from tests.mailroom.cast import NOON, batch

pytestmark = pytest.mark.django_db
PAGE = Path(__file__).parents[2] / "docs" / "adding" / "mail-transport.md"
PLACE = "allmende.mailroom.transports.lmtp"


class Store(Controller):
    """Keeps mail, knows one reader less than was written to, and has one whose box is full."""

    def __init__(self) -> None:
        super().__init__(self, hostname="127.0.0.1", port=free_port())
        self.kept: list[Envelope] = []

    def factory(self) -> SMTP:
        return LMTP(self)

    async def handle_RCPT(  # noqa: N802  aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("leserin2@"):
            return "550 5.1.1 Nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Yes"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if envelope.rcpt_tos[0].startswith("leserin3@"):
            return "452 4.2.2 Mailbox full"
        self.kept.append(envelope)
        return "250 2.0.0 Kept"


@pytest.fixture
def store() -> Iterator[Store]:
    opened = Store()
    opened.start()
    yield opened
    opened.stop()


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[str]:
    """The page followed; the address that it sets, without its port."""
    file, line = (
        textwrap.dedent(piece.split("```")[0])
        for piece in PAGE.read_text().split("```python\n")[1:]
    )
    (tmp_path / "lmtp.py").write_text(file)
    monkeypatch.setattr(transports, "__path__", [*transports.__path__, str(tmp_path)])
    kinds = eval("{" + line + "}")
    assert kinds == {"lmtp": PLACE}
    monkeypatch.setitem(choice.KINDS, "lmtp", PLACE)
    settings.MAILROOM = settings.MAILROOM | {"journal": tmp_path / "journal"}
    found = re.search(r"`ALLMENDE_EMAIL_URL=(lmtp://[\d.]+):24`", PAGE.read_text())
    assert found is not None
    yield found[1]
    sys.modules.pop(PLACE, None)


def send(address: str) -> float:
    transport = choice.transport_of(address)
    with deliver.Sender(bulk=True, at=NOON, transport=transport) as sender:
        while sender.work(at=NOON):
            pass
        return sender.rest_until


def test_letters_leave_by_the_transport_of_the_page(added: str, store: Store):
    batch(4)
    address = f"{added}:{store.port}"
    assert environment.mail_leaves_by(address)
    send(address)
    rows = Message.objects.order_by("pk").values_list("state", "code")
    assert list(rows) == [
        ("handed over", ""),
        ("refused", "550 5.1.1"),
        ("deferred", "452 4.2.2"),
        ("handed over", ""),
    ]
    assert [mail.rcpt_tos for mail in store.kept] == [
        ["leserin1@example.org"],
        ["leserin4@example.org"],
    ]
    assert b"\r\nSubject: " in (store.kept[0].original_content or b"")


def test_letters_wait_while_the_store_of_the_page_is_away(added: str):
    batch(1)
    assert send(f"{added}:{free_port()}") > 0
    row = Message.objects.get()
    assert (row.state, row.attempts) == ("waiting", 0)
