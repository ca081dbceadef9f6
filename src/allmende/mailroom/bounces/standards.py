"""What standards let a server say in fields: delivery status (RFC 3464), complaints (RFC 5965)."""

import re
from dataclasses import dataclass

from allmende.mailroom.bounces.mime import Mail

FIELD = re.compile(r"^([A-Za-z][A-Za-z-]{2,40}) *: *(.*)$")
STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
CODE = re.compile(r"(?:^|[\s;:(>'\"])([245]\d\d)(?=[\s\-:;,.#]|$)")
ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']{1,120}@[^\s<>()\[\],;:\"'@]{1,190}")
NAMED = ("final-recipient", "original-recipient", "x-actual-recipient")
MANY = 50  # recipients of one report

Fields = dict[str, str]


@dataclass(frozen=True)
class Status:
    """One recipient of a delivery status; `action` is failed, delayed, delivered, relayed, expanded
    or empty."""

    recipient: str
    original: str
    action: str
    status: str
    words: str


def statuses(mail: Mail) -> list[Status]:
    """Of the report's own part, or of fields that stand in the text as if there were one."""
    report = "\n\n".join(p.text for p in mail.parts if p.kind.endswith("delivery-status"))
    found = [status_of(group) for group in groups(report) if is_of_a_recipient(group)]
    if not found:
        plain = mail.text("text/plain")
        found = [status_of(group) for group in groups(plain) if is_of_a_recipient(group, bare=True)]
    return found[:MANY]


def groups(text: str) -> list[Fields]:
    """Fields, folded lines put together; an empty line ends a group."""
    every: list[Fields] = [{}]
    name = ""
    for line in text.splitlines():
        if not line.strip():
            every.append({})
            name = ""
        elif line[0] in " \t" and name and not FIELD.match(line.strip()):
            every[-1][name] += f" {line.strip()}"
        elif found := FIELD.match(line.strip()):
            name = found[1].lower()
            if name in every[-1] and name in NAMED:
                every.append({})
            every[-1].setdefault(name, found[2].strip())
    return every


def is_of_a_recipient(group: Fields, *, bare: bool = False) -> bool:
    """bare: fields in the middle of a text, which must be more."""
    named = any(name in group for name in NAMED)
    return (
        named and ("status" in group or "action" in group)
        if bare
        else (named or ("action" in group and "status" in group))
    )


def status_of(group: Fields) -> Status:
    said = group.get("diagnostic-code", "")
    kind, _, words = said.partition(";")
    status = STATUS.search(group.get("status", ""))
    return Status(
        recipient=address_in(group.get("final-recipient", ""))
        or address_in(group.get("x-actual-recipient", ""))
        or address_in(group.get("original-recipient", "")),
        original=address_in(group.get("original-recipient", "")),
        action=group.get("action", "").split("(")[0].strip().lower(),
        status=status[1] if status else "",
        words=words.strip() if words and len(kind) < 20 else said,
    )


def address_in(text: str) -> str:
    """The first address in a field as `rfc822;anna@bote.example`, in lower case."""
    found = ADDRESS.search(text.rpartition(";")[2] if ";" in text else text)
    return found[0].strip(".<>").lower() if found else ""


def complaint(mail: Mail) -> Fields | None:
    """The fields of a feedback report, or None."""
    report = mail.text("message/feedback-report")
    if not report and mail.report == "feedback-report":
        report = "\n\n".join(part.text for part in mail.parts[:3])
    found = [group for group in groups(report) if "feedback-type" in group]
    if not found:
        return None
    merged: Fields = {}
    for group in groups(report):
        for name, value in group.items():
            merged.setdefault(name, value)
    return merged
