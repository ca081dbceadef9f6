"""What any mail that comes back is to us: one shape, whoever sent it."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    BOUNCE = "bounce"  # a letter did not arrive
    COMPLAINT = "complaint"  # the reader called it spam (RFC 5965)
    AUTO_REPLY = "auto-reply"  # a machine answered for the reader, who got it (RFC 3834)
    ORDINARY = "ordinary"  # a person writes, a newsletter, a note that a letter did arrive


class Reason(StrEnum):
    """Why, as far as the server said. Only the first two mean that the address is dead."""

    USER = "user"  # nobody of that name, or moved away
    HOST = "host"  # no such domain, or it takes no mail at all
    DISABLED = "disabled"  # there is such a mailbox, closed for now
    FULL = "full"
    FILTERED = "filtered"  # the reader's own filter, or a server that says so afterwards
    SENDER = "sender"  # who we say we are: SPF, DKIM, DMARC, relaying, the sender's address
    REPUTATION = "reputation"  # where we send from: block lists, reverse DNS
    CONTENT = "content"  # spam, viruses, malformed mail
    POLICY = "policy"  # refused, by a rule that is not told
    SIZE = "size"
    RATE = "rate"  # too many, too fast
    NETWORK = "network"  # not reached, or not in time
    SYSTEM = "system"  # the server's own trouble
    UNKNOWN = "unknown"


DEAD = frozenset({Reason.USER, Reason.HOST})


@dataclass(frozen=True)
class Bounce:
    """What one mail says of one recipient.

    recipient: the address as the last server knew it, lower case; empty where none is told.
    original: the address as it was written to, where that is told too (RFC 3464).
    status: enhanced code as "5.1.1" (RFC 3463), or empty. code: the SMTP reply's, or 0.
    words: what the server said, on one line. lasting: no further attempt is made.
    ours: addresses and Message-IDs in which the letter's own token may stand, surest first.
    """

    kind: Kind
    recipient: str = ""
    original: str = ""
    status: str = ""
    code: int = 0
    reason: Reason = Reason.UNKNOWN
    words: str = ""
    lasting: bool = True
    ours: tuple[str, ...] = ()

    @property
    def hard(self) -> bool:
        """Whether the address is dead: nothing sent to it can ever arrive."""
        return self.kind == Kind.BOUNCE and self.lasting and self.reason in DEAD
