"""Any mail that came in → what it says of our letters.

1. A complaint (RFC 5965) says so in fields.
2. A delivery status (RFC 3464) names recipient, action and code in fields; the reason is in the
   server's words (`words`), and where those say nothing, in the codes (`codes`).
3. Without fields it is a bounce when a machine speaks of failure in its own words (`kinds`).
4. Everything else is an auto-reply (RFC 3834) or an ordinary mail.
"""

from dataclasses import replace
from html import unescape

from allmende.mailroom.bounces import codes, kinds, mime, standards, transcript, words
from allmende.mailroom.bounces.mime import Mail
from allmende.mailroom.bounces.shape import Bounce, Kind, Reason
from allmende.mailroom.bounces.standards import ADDRESS, CODE, STATUS, Status
from allmende.mailroom.bounces.transcript import Report

# Where the address stands to which the mail was delivered, surest first.
ENVELOPE = ("x-original-to", "envelope-to", "delivered-to")
DELIVERED = (*ENVELOPE, "to", "x-forwarded-to", "cc")
NOT_A_COMPLAINT = {"not-spam", "auth-failure", "dmarc"}
ARRIVED = {"delivered", "relayed", "expanded"}
VAGUE = {Reason.UNKNOWN, Reason.SYSTEM, Reason.POLICY, Reason.NETWORK}
SHOWN = 500  # characters of the server's words that are kept


def read(raw: bytes) -> list[Bounce]:
    """What a mail says, one entry for each recipient that it names; at least one. Never raises."""
    mail = mime.read(raw)
    text = mail.text("text/plain") or unmarked(mail.text("text/html"))
    report = transcript.split(text, returned_mail(mail))
    ours = names_of_ours(mail, report.returned)
    complaint = standards.complaint(mail)
    if complaint is not None:
        return [complained(complaint, report.returned, ours)]
    found = by_standard(mail, report, ours) or by_words(mail, report, ours)
    kind = Kind.AUTO_REPLY if kinds.is_auto_reply(mail) else Kind.ORDINARY
    return found or [Bounce(kind, ours=ours)]


def complained(fields: standards.Fields, returned: str, ours: tuple[str, ...]) -> Bounce:
    named = fields.get("original-rcpt-to") or fields.get("removal-recipient") or ""
    kind = fields.get("feedback-type", "").lower()
    return Bounce(
        Kind.ORDINARY if kind in NOT_A_COMPLAINT else Kind.COMPLAINT,
        recipient=standards.address_in(named) or addressee(returned),
        words=kind,
        ours=ours,
    )


def by_standard(mail: Mail, report: Report, ours: tuple[str, ...]) -> list[Bounce]:
    """By the fields of a delivery status."""
    daemon = kinds.is_daemon(mail)
    sure = mail.report == "delivery-status" or daemon or kinds.is_notice(mail)
    found = standards.statuses(mail) if sure else []
    if not found and daemon and mail.inner and mail.inner.report == "delivery-status":
        found = standards.statuses(mail.inner)
    bounces = []
    for one in found:
        if one.action in ARRIVED or one.status.startswith("2"):
            bounces.append(
                Bounce(Kind.ORDINARY, one.recipient, one.original, one.status, ours=ours)
            )
            continue
        about = segment(report.said, one, alone=len(found) == 1)
        bounces.append(judged(named(one, report.said), about, ours))
    failed = [bounce for bounce in bounces if bounce.kind == Kind.BOUNCE]
    return failed or bounces


def named(one: Status, said: str) -> Status:
    """With a recipient, where the field held none but the text tells of one."""
    told = [] if one.recipient else transcript.recipients(said, but=set())
    return replace(one, recipient=told[0][0]) if told else one


def segment(said: str, one: Status, *, alone: bool) -> str:
    """What the report's text says of one of its recipients."""
    if alone:
        return said
    named = dict(transcript.recipients(said, but=set()))
    return named.get(one.recipient) or named.get(one.original) or ""


def judged(one: Status, about: str, ours: tuple[str, ...], *, at_home: bool = True) -> Bounce:
    """A recipient's status with its reason. at_home: whether whoever keeps the mailbox reports."""
    every = STATUS.findall(f"{one.words} ") or STATUS.findall(about)
    status = one.status if one.status[1:] not in {"", ".0.0"} else next(iter(every), one.status)
    reply = CODE.search(one.words) or CODE.search(about)
    code = int(reply[1]) if reply else 0
    lasting = one.action != "delayed"
    return Bounce(
        Kind.BOUNCE,
        recipient=one.recipient,
        original=one.original,
        status=status,
        code=code,
        reason=reason_of(one, about, [status, *every], code, at_home=at_home),
        words=mime.one_line(one.words or about)[:SHOWN],
        lasting=lasting,
        ours=ours,
    )


def reason_of(one: Status, about: str, statuses: list[str], code: int, *, at_home: bool) -> Reason:
    """Words first, for codes are used at will; yet a code can speak against a dead address."""
    coded = codes.meaning(statuses[0], code)
    reason = words.meaning(one.words or about)
    if reason == Reason.UNKNOWN and coded in VAGUE:
        told = words.meaning(about)
        reason = told if told != Reason.UNKNOWN else coded
    elif reason in {Reason.UNKNOWN, Reason.POLICY, Reason.SYSTEM} and coded not in VAGUE:
        reason = coded
    certain = at_home and not code if not one.words else not one.status
    if reason == Reason.USER and not is_certain(about, statuses, otherwise=certain):
        return Reason.FILTERED
    return reason


def is_certain(about: str, statuses: list[str], *, otherwise: bool) -> bool:
    """Whether words that call a user unknown are meant so.

    Many servers refuse a letter, or what they take for spam, in these words, after they had
    accepted the recipient. So a code of the server's, or the command it answered, confirms them.
    otherwise: what holds where neither is told. Without a server that was asked, the words are
    those of whoever keeps the mailboxes, if it is they who report.
    """
    if words.speaks_against(about) or any(map(codes.speaks_against, statuses)):
        return False
    if any(map(codes.speaks_for, statuses)) or words.is_plain(about):
        return True
    answered = transcript.command(about)
    return answered == "rcpt" if answered else otherwise


def by_words(mail: Mail, report: Report, ours: tuple[str, ...]) -> list[Bounce]:
    """A report without fields, if it is one."""
    if not is_report(mail, report):
        return []
    but = own_addresses(mail, report.returned)
    named = mail.all("x-failed-recipients")
    failed = addresses_in(named)
    segments = dict(transcript.recipients(report.said, but=but))
    if not failed and len(segments) > 1:
        failed = [address for address, said in segments.items() if CODE.search(said)]
    failed = failed or list(segments) or [addressee(report.returned)]
    failed = failed if failed[0] else [transcript.anywhere(report.said, but=but)]
    bounces = []
    for address in dict.fromkeys(failed[:50]):
        about = segments.get(address, report.said) if len(set(failed)) > 1 else report.said
        status = next(iter(STATUS.findall(about)), "")
        one = Status(address, "", "failed", status, "")
        bounces.append(judged(one, about, ours, at_home=keeps(mail, address)))
    return bounces


def keeps(mail: Mail, address: str) -> bool:
    """Whether the reporter keeps the recipient's mailbox, and does not merely pass mail on."""
    sender = standards.address_in(mail.first("from")).rpartition("@")[2]
    domain = address.rpartition("@")[2]
    return not kinds.is_daemon(mail) or sender.endswith(domain) or domain.endswith(sender)


def is_report(mail: Mail, report: Report) -> bool:
    """Whether a machine speaks of failure in words of its own."""
    if "x-failed-recipients" in mail.header:
        return True
    if kinds.is_auto_reply(mail) or not kinds.is_machine(mail):
        return False
    subject = kinds.reports_failure(mail.first("subject"))
    body = kinds.reports_failure(report.said)
    meant = words.meaning(report.said) != Reason.UNKNOWN
    if kinds.is_daemon(mail):
        return subject or body or (meant and bool(report.returned))
    if kinds.is_passed_on(mail) or "list-id" in mail.header:
        return False
    if kinds.has_empty_sender(mail) and report.returned and (subject or body or meant):
        return True
    if kinds.is_postmaster(mail) or kinds.has_empty_sender(mail):
        return subject and (body or meant)
    return subject and bool(report.returned)


def returned_mail(mail: Mail) -> str:
    """The mail that came back, as a part of its own; its header at least."""
    kinds_of_it = ("message/rfc822", "text/rfc822-headers", "message/global", "text/rfc822")
    return next((part.text for part in mail.parts if part.kind in kinds_of_it), "")


def addressee(returned: str) -> str:
    """To whom the returned mail was written."""
    for line in returned.splitlines()[:120]:
        name, _, value = line.strip().partition(":")
        if name.lower() in {"to", "x-original-to", "delivered-to"} and (
            found := ADDRESS.search(value)
        ):
            return found[0].strip(".").lower()
    return ""


def own_addresses(mail: Mail, returned: str) -> set[str]:
    """Those that wrote the letter or got this report: never whom the report is about."""
    values = mail.all(*DELIVERED, "from", "return-path", "sender")
    for line in returned.splitlines()[:120]:
        name, _, value = line.strip().partition(":")
        if name.lower() in {"from", "return-path", "sender", "reply-to"}:
            values.append(value)
    return set(addresses_in(values))


def names_of_ours(mail: Mail, returned: str) -> tuple[str, ...]:
    """Addresses and Message-IDs in which a letter's token may stand."""
    values = mail.all(*DELIVERED)
    for line in returned.splitlines()[:120]:
        name, _, value = line.strip().partition(":")
        if name.lower() in {"return-path", "message-id", "x-envelope-from", "errors-to"}:
            values.append(value)
    values += mail.all("in-reply-to", "references")
    return tuple(list(dict.fromkeys(addresses_in(values)))[:30])


def reached(raw: bytes) -> tuple[list[str], list[str]]:
    """The addresses to which a mail came: as whoever delivered it wrote them down, and as its
    sender did."""
    mail = mime.read(raw)
    return addresses_in(mail.all(*ENVELOPE)), addresses_in(mail.all("to", "cc"))


def addresses_in(values: list[str]) -> list[str]:
    return [found[0].strip(".").lower() for one in values for found in ADDRESS.finditer(one)]


def unmarked(html: str) -> str:
    """A page's text, roughly: for reports that have no text part."""
    return unescape(mime.TAGS.sub("\n", html))
