"""Reports in plain text: whom they are about, what was said, and where the returned mail begins."""

import re
from dataclasses import dataclass

from allmende.mailroom.bounces.standards import ADDRESS

LINES = 400
WIDTH = 500  # characters of a line; patterns that look for its beginning take long over blanks
HEADER = re.compile(
    r"^[\s>|]{0,12}(received|return-path|message-id|from|to|subject|date|mime-version|content-type"
    r"|dkim-signature|reply-to|sender|delivered-to|x-[a-z-]+|user-agent|in-reply-to|references) *:",
    re.IGNORECASE,
)
TELLING = {
    "received",
    "return-path",
    "message-id",
    "dkim-signature",
    "delivered-to",
    "mime-version",
}
# An address at the beginning of a line, behind a sign or a word such as "To:".
NAMED = re.compile(
    rf"^[\s>*#|•-]*(?:[45]\d\d[ -](?:[45](?:\.\d+){{2}} )?)?(?:(?:to|an|à|para|a|user|userid"
    rf"|recipient\w*|address|adresse|mailto|failed"
    rf"|[\w ]{{0,40}})\s*[:=]\s*)?['\"<(\[]*(?:mailto:|rfc822;)?({ADDRESS.pattern})",
    re.IGNORECASE,
)
CODED = re.compile(r"[45]\d\d ")
COMMAND = re.compile(
    r"(?-i:(?<!Need )\b(RCPT|MAIL|HELO|EHLO|DATA)\b)|(?:end|final)(?: of| dot after)? (data)"
    r"|end of (message)"
    r"|(?:rejected|refused) (?:the )?(address|recipient)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Report:
    """said: the server's part. returned: the mail that comes back, or what there is of it."""

    said: str
    returned: str


def split(text: str, returned: str) -> Report:
    """Cuts where a mail's header begins in the text, unless that came back as a part of its own.

    Quoted lines say nothing of the server's.
    """
    lines = [line for line in text.splitlines()[:LINES] if not line.startswith(("> ", ">>", "| "))]
    lines = (
        [line if not line.startswith(">") else "" for line in lines]
        if quoted(text)
        else (text.splitlines()[:LINES])
    )
    at = len(lines) if returned else header_at(lines)
    return Report("\n".join(lines[:at]), returned or "\n".join(lines[at:]))


def quoted(text: str) -> bool:
    """Whether the text quotes in the way of answers; ">>> RCPT" is a server's transcript."""
    return bool(re.search(r"^> ?(?!>)\S", text, re.MULTILINE))


def header_at(lines: list[str]) -> int:
    """The line with which a mail's header begins; the text's end where none does."""
    for at, line in enumerate(lines):
        if not HEADER.match(line):
            continue
        names = {found[1].lower() for one in lines[at : at + 14] if (found := HEADER.match(one))}
        if len(names) >= 3 and names & TELLING:
            return at
    return len(lines)


def recipients(said: str, *, but: set[str]) -> list[tuple[str, str]]:
    """Addresses that the report names, each with what is said behind it.

    but: addresses that are never meant, our own.
    """
    found: list[tuple[str, list[str]]] = []
    for line in said.splitlines():
        line = line[:WIDTH]
        named = NAMED.match(line)
        address = named[1].strip(".").lower() if named else ""
        if address and address not in but:
            if not found or found[-1][0] != address:
                found.append((address, []))
        elif found and CODED.match(line) and CODED.match(found[-1][1][0]):
            found.append(("", []))  # of a transcript in which every line names whom it is about
        if found:
            found[-1][1].append(line)
    merged: dict[str, str] = {}
    for address, lines in filter(lambda one: one[0], found[:50]):
        merged[address] = "\n".join([merged.get(address, ""), *lines]).strip()
    return list(merged.items())


def anywhere(said: str, *, but: set[str]) -> str:
    """The first address in the text that is not ours."""
    every = (found[0].strip(".").lower() for found in ADDRESS.finditer(said[:8000]))
    return next((address for address in every if address not in but), "")


def command(text: str) -> str:
    """The last SMTP command that the report says was answered, as "rcpt" or "data"; or empty."""
    commands = list(COMMAND.finditer(text))
    named = next(filter(None, commands[-1].groups())).lower() if commands else ""
    return {"address": "rcpt", "recipient": "rcpt", "message": "data"}.get(named, named)
