"""What mails that come back mean, and that no mail breaks the reading of them."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allmende.mailroom.bounces.parse import read
from allmende.mailroom.bounces.shape import Kind, Reason
from allmende.mailroom.bounces.words import meaning
from tests.mailroom.bounces import ordinary

pytestmark = pytest.mark.no_database
COMPLAINT = b"""From: feedback@provider.example
To: bounces+1z-abcdefghij@bote.example
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="=c"

--=c
Content-Type: text/plain

This is an email abuse report.
--=c
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Some/1.0
Version: 1
Original-Rcpt-To: <anna@example.org>

--=c
Content-Type: message/rfc822

From: newsletter@bote.example
To: anna@example.org
Subject: Die Woche

Guten Tag
--=c--
"""


def test_bounce_by_standard_names_recipient_reason_and_our_letter() -> None:
    raw = ordinary.BOUNCE.replace(b"bounces@bote", b"bounces+1z-abcdefghij@bote")
    [bounce] = read(raw)
    assert (bounce.kind, bounce.recipient, bounce.status) == (
        Kind.BOUNCE, "anna@example.org", "5.1.1",
    )  # fmt: skip
    assert (bounce.reason, bounce.hard, bounce.code) == (Reason.USER, True, 550)
    assert bounce.ours[0] == "bounces+1z-abcdefghij@bote.example"


def test_letter_that_is_only_late_is_not_hard() -> None:
    [bounce] = read(ordinary.BOUNCE.replace(b"Action: failed", b"Action: delayed"))
    assert (bounce.kind, bounce.lasting, bounce.hard) == (Kind.BOUNCE, False, False)


def test_note_that_a_letter_arrived_is_no_bounce() -> None:
    raw = ordinary.BOUNCE.replace(b"Action: failed", b"Action: delivered")
    assert [bounce.kind for bounce in read(raw)] == [Kind.ORDINARY]


def test_user_called_unknown_after_the_letter_was_read_is_not_dead() -> None:
    raw = ordinary.BOUNCE.replace(b"RCPT TO command", b"end of DATA command")
    raw = raw.replace(b" 5.1.1 ", b" ").replace(b"5.1.1", b"5.0.0")
    [bounce] = read(raw)
    assert (bounce.reason, bounce.hard) == (Reason.FILTERED, False)


def test_complaint_names_the_reader() -> None:
    [complaint] = read(COMPLAINT)
    assert (complaint.kind, complaint.recipient) == (Kind.COMPLAINT, "anna@example.org")


def test_report_on_signatures_is_no_complaint() -> None:
    raw = COMPLAINT.replace(b"Feedback-Type: abuse", b"Feedback-Type: auth-failure")
    assert [one.kind for one in read(raw)] == [Kind.ORDINARY]


def test_ordinary_mail_is_never_taken_for_a_bounce() -> None:
    every = ordinary.every()
    assert len(every) >= 200
    seen = Counter((wanted, read(raw)[0].kind.value) for wanted, raw in every)
    print(
        "\nwanted, read:", *(f"{pair}: {count}" for pair, count in sorted(seen.items())), sep="\n"
    )
    assert {read_as for _, read_as in seen} == {"ordinary", "auto-reply"}
    assert seen["auto-reply", "auto-reply"] == len(list(ordinary.away()))


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("Der Empfänger existiert nicht", Reason.USER),
        ("Diese Adresse ist hier unbekannt", Reason.USER),
        ("Das Postfach des Empfängers ist voll", Reason.FULL),
        ("Das Konto wurde gesperrt", Reason.DISABLED),
        ("Le destinataire n'existe pas", Reason.USER),
        ("La boîte aux lettres est pleine", Reason.FULL),
        ("El buzón no existe en este servidor", Reason.USER),
        ("El buzón está lleno", Reason.FULL),
        ("O destinatário não existe", Reason.USER),
        ("Utente sconosciuto", Reason.USER),
        ("De mailbox is vol", Reason.FULL),
        ("Mottagaren finns inte", Reason.USER),
        ("Użytkownik nie istnieje", Reason.USER),
        ("Příjemce neexistuje", Reason.USER),
        ("Пользователь не найден", Reason.USER),
        ("Почтовый ящик переполнен", Reason.FULL),
        ("Kullanıcı bulunamadı", Reason.USER),
        ("Käyttäjä tuntematon", Reason.USER),
        ("ユーザーが見つかりません", Reason.USER),
        ("メールボックスの容量を超えています", Reason.FULL),
        ("收件人地址不存在", Reason.USER),
        ("邮箱已满", Reason.FULL),
        ("존재하지 않는 사용자", Reason.USER),
        ("المستخدم غير موجود", Reason.USER),
        ("The email account that you tried to reach does not exist", Reason.USER),
        ("Sender address rejected: Domain not found", Reason.SENDER),
        ("Client host rejected: cannot find your reverse hostname", Reason.REPUTATION),
        ("Message contains a virus", Reason.CONTENT),
        ("Message size exceeds fixed limit", Reason.SIZE),
        ("Too many connections from your host", Reason.RATE),
        ("Host or domain name not found", Reason.HOST),
        ("Connection timed out", Reason.NETWORK),
        ("Guten Tag", Reason.UNKNOWN),
    ],
)
def test_words_mean_the_same_in_every_language(said: str, reason: Reason) -> None:
    assert meaning(f"550 5.0.0 {said}") == reason


def nested(depth: int) -> bytes:
    head = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (level, level)
        for level in range(depth)
    )
    return b"From: MAILER-DAEMON@x.example\n" + head + b"\nuser unknown\n"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0" * 1000,
        b"From: a\0b@x.example\0\nSubject: =?no-such?B?%%%?=\n\n550 \0 user unknown",
        b"Content-Type: text/plain; charset=punycode\n\n" + b"user unknown -" * 20_000,
        b"Content-Type: text/plain; charset=zlib\nContent-Transfer-Encoding: base64\n\n!!!!",
        b"Content-Type: multipart/report; report-type=delivery-status\n\n--\nFinal-Recipient: @",
        ordinary.BOUNCE[:420],
        ordinary.BOUNCE.replace(b"=b", b"=x", 1),
        ordinary.BOUNCE.replace(b"anna@", b"\xff\xfe@"),
        b"Subject: " + b"x" * 300_000,
        b"X: y\n" * 60_000,
        b"From: mailer-daemon\n\n" + b"user " * 200_000,
        b"From: mailer-daemon\n\n" + b"<" * 300_000,
        b"From: mailer-daemon\n\n" + b"a@" * 150_000,
        b"From: mailer-daemon\n\n" + b"<a@b.example>: unknown\n" * 20_000,
        b"From: mailer-daemon\n\n" + b" \t" * 150_000,
        b"From: mailer-daemon\n\n" + (b" " * 499 + b"\n") * 500,
        nested(30),
        nested(5_000),
    ],
    ids=range(19),
)
def test_hostile_mail_is_read_without_an_error(raw: bytes) -> None:
    assert read(raw)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, len(ordinary.BOUNCE)), st.binary(max_size=60), st.integers(0, 80))
def test_broken_bounce_is_read_without_an_error(at: int, instead: bytes, gone: int) -> None:
    assert read(ordinary.BOUNCE[:at] + instead + ordinary.BOUNCE[at + gone :])
