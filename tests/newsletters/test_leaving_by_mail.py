"""Leaving by a mail to the address that one letter names: effective at once, and only so."""

from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import Envelope
from django.core import mail

from allmende.mailroom import outbox, verp
from allmende.mailroom.bounces import listen, record
from allmende.mailroom.composing import Composer
from allmende.mailroom.content import Content
from allmende.mailroom.models import Batch, Incoming, Message
from allmende.newsletters.models import Change, Issue, Subscription
from allmende.people import merging
from tests.factories import newsletters as make
from tests.mailroom.bounces.ordinary import BOUNCE
from tests.people import cast

pytestmark = pytest.mark.django_db
AT = make.FRIDAY
WORDS = Content("Bote <b@bote.example>", "Brief", "Text", "<p>Text", unsubscribe_mail=True)


@pytest.fixture(autouse=True)
def own_address(settings: Any, tmp_path: Path) -> None:
    more = {"journal": tmp_path / "journal", "bounces": "bounces@bote.example"}
    settings.MAILROOM = settings.MAILROOM | more


def letters(*readers: Subscription) -> list[Message]:
    """A mailing of an issue to these readers, of which nothing has left yet."""
    row = make.appeared(readers[0].newsletter)
    batch = outbox.open_batch(f"{row.newsletter.mailings}issue:{row.pk}", content=WORDS, at=AT)
    outbox.freeze(batch, [(one.person_id, one.address.email, {}) for one in readers], at=AT)
    Issue.objects.filter(pk=row.pk).update(state=Issue.State.SENDING, batch=batch)
    return list(Message.objects.order_by("pk"))


def two() -> tuple[Subscription, Subscription]:
    letter = make.newsletter()
    return make.reader(letter), make.reader(letter, email="otto@bote.example")


def wish(address: str, **headers: str) -> bytes:
    told = {"To": address, "From": "lene@bote.example", "Subject": "unsubscribe"} | headers
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in told.items())
    return f"{head}\r\n".encode()


def states() -> list[str]:
    return list(Subscription.objects.order_by("pk").values_list("state", flat=True))


def test_mail_to_a_letter_s_own_address_ends_that_subscription_and_takes_back_what_waits() -> None:
    lene, otto = two()
    hers, his = letters(lene, otto)
    mail.outbox.clear()
    address = verp.leave_path(hers.pk)
    for source in ("maildir", "imap"):  # as a fetcher does that died over it
        record.record(wish(address.upper()), at=AT, source=source)
    assert states() == ["left", "confirmed"]
    assert list(Change.objects.filter(became="left").values_list("way", flat=True)) == ["by mail"]
    hers.refresh_from_db()
    his.refresh_from_db()
    assert (hers.state, his.state) == ("withdrawn", "waiting")
    assert mail.outbox == []
    assert Message.objects.count() == 2
    assert Incoming.objects.get().raw is None  # the mail was somebody's own


def test_nothing_else_ends_a_subscription() -> None:
    lene, otto = two()
    hers, his = letters(lene, otto)
    leave, path = verp.leave_path(hers.pk), verp.return_path(hers.pk)
    forged = leave.replace("leave-", "leave-1")
    swapped = path.replace("+", "+leave-")
    for raw in (
        wish(path),
        wish(forged),
        wish(swapped),
        wish(leave.replace("leave-", "")),
        wish(leave.replace("bote.example", "anders.example")),
        wish("bounces@bote.example", Subject=leave, In_Reply_To=f"<{leave}>"),
        wish("bounces@bote.example") + leave.encode(),
        # What the envelope says goes before what its sender wrote.
        wish(leave, Delivered_To=path),
        BOUNCE.replace(b"bounces@bote.example", leave.encode()),
        wish(path, Auto_Submitted="auto-replied", List_Unsubscribe=f"<mailto:{leave}>"),
    ):
        record.record(raw, at=AT)
    assert states() == ["confirmed", "confirmed"]
    assert set(Message.objects.values_list("state", flat=True)) == {"waiting"}
    record.record(wish("box@bote.example", X_Original_To=leave), at=AT)
    assert states() == ["left", "confirmed"]
    assert verp.left_by(verp.leave_path(his.pk)) == his.pk


def test_letter_to_somebody_who_was_merged_since_still_leads_out() -> None:
    lene, otto = two()
    hers, _his = letters(lene, otto)
    merging.merge(lene.person, into=otto.person, by=cast.staff("Jana"), at=AT)
    record.record(wish(verp.leave_path(hers.pk)), at=AT)
    assert states() == ["left", "left"]


def test_letter_names_both_ways_and_the_signed_address_only_where_somebody_reads_it(
    settings: Any,
) -> None:
    (row,) = letters(make.reader(make.newsletter()))
    shown = Composer().letter(row_of(row)).content.decode()
    assert f"<mailto:{verp.leave_path(row.pk)}?subject=unsubscribe>" in shown
    settings.MAILROOM = settings.MAILROOM | {"bounces": ""}
    assert "mailto:" not in Composer().letter(row_of(row)).content.decode()


def row_of(message: Message) -> Any:
    batch = Batch.objects.get()
    message.batch = batch
    return message


def test_mail_server_delivers_to_signed_addresses_and_to_no_others() -> None:
    lene, otto = two()
    hers, _his = letters(lene, otto)
    own = verp.leave_path(hers.pk)
    assert listen.is_ours(own)
    assert not listen.is_ours(own.replace("leave-", "leave-1"))
    assert not listen.is_ours(own.replace("leave-", "leave-leave-"))
    envelope = Envelope()
    envelope.rcpt_tos, envelope.original_content = [own], wish("a@anders.example")
    record.record(listen.delivered(envelope), at=AT, source="lmtp")
    assert states() == ["left", "confirmed"]
