"""Two hundred mails that are no bounces, though they speak of them: our own text."""

import itertools
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

BOUNCE = b"""From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
To: bounces@bote.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=b"

--=b
Content-Type: text/plain

<anna@example.org>: host mx.example.org said: 550 5.1.1 User unknown
 (in reply to RCPT TO command)

--=b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; anna@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--=b
Content-Type: message/rfc822

From: newsletter@bote.example
To: anna@example.org
Subject: Die Woche

Guten Tag
--=b--
"""
SAID = "<anna@example.org>: host mx.example.org said: 550 5.1.1 User unknown"
PEOPLE = (
    "Anna Adler <anna@example.org>", "postmaster@example.org", "Bernd <b.bach@schule.example>",
    "admin@verein.example", "no-reply@shop.example", "Zoë Çelik <zoe@kultur.example>",
)  # fmt: skip
ABOUT = (
    ("AW: Undelivered Mail Returned to Sender", "Ich verstehe die Meldung nicht:"),
    ("Re: Mail delivery failed: returning message to sender", "What does this mean?"),
    ("RE: Undeliverable: Die Woche", "It came back again, see below."),
    ("Fwd: Delivery Status Notification (Failure)", "FYI, could not be delivered."),
    ("WG: Unzustellbar: Die Woche", "Das kam heute zurück, nicht zustellbar."),
    ("Tr: Échec de la remise", "Voici le message reçu, adresse inconnue."),
    ("RV: No se pudo entregar", "El usuario no existe, dicen."),
    ("Mailbox full again?", "My mailbox was full, the quota is raised now."),
    ("Frage zur Zustellung", "Mein Postfach war voll, jetzt geht es wieder."),
)
NEWS = (
    (
        "Die Woche im Auental",
        "Die Post blieb liegen: 3.000 Briefe konnten nicht zugestellt werden.",
    ),
    (
        "Why mail bounces",
        "A server that says 550 5.1.1 user unknown means that the address is dead.",
    ),
    ("Undelivered: the letters of 1916", "They were returned to sender, the mailbox unknown."),
    ("Samstag: Unzustellbar", "Ein Roman über Briefe, deren Empfänger unbekannt ist."),
    ("Newsletter 17", "Spam, viruses and blocked accounts: how to keep your mailbox."),
    ("La semaine", "Le destinataire inconnu, un film de la semaine."),
    ("Конверт", "Адресат не найден: письма, которые не доставлены."),
)
AWAY = (
    (
        "Abwesenheitsnotiz",
        "Ich bin bis zum 5. Mai nicht im Haus. Meine Mails werden nicht gelesen.",
    ),
    ("Out of office", "I have left the company; this mailbox is no longer in use."),
    ("Automatic reply: Die Woche", "My account will be closed soon, address not valid after May."),
    ("Réponse automatique", "Je suis absente. Votre message n'a pas été remis à un collègue."),
    ("Respuesta automática", "Estoy fuera de la oficina; la cuenta no existe desde mayo."),
    ("Risposta automatica", "Sono in ferie, casella piena."),
    ("Automatisch antwoord", "Ik ben afwezig, mijn adres bestaat niet meer na 1 mei."),
    ("Autosvar", "Jag är på semester. Adressen finns inte efter maj."),
    ("Autoodpowiedź", "Jestem na urlopie, adres nie istnieje od maja."),
    ("Автоответ", "Я в отпуске, адрес не существует с мая."),
    ("自動返信", "不在にしております。このアドレスは存在しません。"),
    ("自动回复", "我在休假，此邮箱地址不存在。"),
    ("Danke für Ihre Nachricht", "Wir haben Ihre Nachricht erhalten, Ticket 550."),
)


def mail(sender: str, subject: str, text: str, **header: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "redaktion@bote.example", subject
    for name, value in header.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def discussions() -> Iterator[tuple[str, bytes]]:
    """Answers that quote a bounce, forwards in the text, forwards as attachment."""
    quotation = "\n".join(f"> {line}" for line in SAID.splitlines())
    whole = BOUNCE.decode()
    for sender, (subject, text) in itertools.product(PEOPLE, ABOUT):
        yield "ordinary", mail(sender, subject, f"{text}\n\n{quotation}\n").as_bytes()
        yield "ordinary", mail(sender, subject, f"{text}\n\n-----\n{whole}").as_bytes()
    for sender, (subject, text) in itertools.product(PEOPLE[:3], ABOUT):
        attached = mail(sender, subject, text, In_Reply_To="<1@bote.example>")
        attached.add_attachment(message_from_bytes(BOUNCE, policy=default))
        yield "ordinary", attached.as_bytes()


def newsletters() -> Iterator[tuple[str, bytes]]:
    for sender, (subject, text) in itertools.product(PEOPLE, NEWS):
        news = mail(sender, subject, text, List_Id="<news.example.org>", Precedence="bulk")
        news.add_alternative(f"<p>{text}</p>", subtype="html")
        yield "ordinary", news.as_bytes()


def away() -> Iterator[tuple[str, bytes]]:
    for subject, text in AWAY:
        header = {"Auto_Submitted": "auto-replied", "Return_Path": "<>"}
        yield "auto-reply", mail(PEOPLE[0], subject, text, **header).as_bytes()
        quoting = f"{text}\n\nSubject: Undelivered Mail Returned to Sender\n{SAID}"
        yield "auto-reply", mail(PEOPLE[2], subject, quoting, X_Autoreply="yes").as_bytes()


def every() -> list[tuple[str, bytes]]:
    return [*discussions(), *newsletters(), *away()]
