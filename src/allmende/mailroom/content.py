"""What a mailing says, with places for what is personal.

    Content(
        sender="Auentaler Bote <post@bote.example>",
        subject="Die Woche im Tal",
        text="[[greeting]],\n\n…\n\nAbbestellen: https://bote.example/newsletter/[[token]]/",
        html="<p>[[greeting]],</p>…",
        unsubscribe="https://bote.example/newsletter/[[token]]/abbestellen/",
        list_id="Wochenbrief <wochenbrief.bote.example>",
    )

`[[name]]` stands for the piece of that name that a recipient brings. In the HTML part a piece is
escaped; in addresses it must be safe by itself, as a signed token is.
"""

import re
from dataclasses import asdict, dataclass
from typing import Any, Self

PIECE = re.compile(r"\[\[([a-z][a-z0-9_]*)\]\]")


@dataclass(frozen=True)
class Content:
    """One mailing's content; plain texts, nothing encoded.

    sender, reply_to: as in a header, "Name <address>". text, html: both whole; `text` is written
    for reading, not made of `html`. list_id: RFC 2919, "Name <name.domain>". unsubscribe: https
    address that takes the one-click POST of RFC 8058. unsubscribe_mail: whether one leaves by a
    mail to an address of the mailroom's own as well (`signals.unsubscribed`).
    feedback: Feedback-ID without sender, as "issue-17:weekly". archive: where it stands on the web.
    """

    sender: str
    subject: str
    text: str
    html: str
    language: str = ""
    reply_to: str = ""
    list_id: str = ""
    unsubscribe: str = ""
    unsubscribe_mail: bool = False
    feedback: str = ""
    archive: str = ""

    def pieces(self) -> set[str]:
        """Names of the pieces that every recipient has to bring."""
        return {
            name
            for part in (self.text, self.html, self.unsubscribe)
            for name in PIECE.findall(part)
        }

    def as_row(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_row(cls, row: dict[str, Any]) -> Self:
        return cls(**row)
