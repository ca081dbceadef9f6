"""What a server's words mean, in whatever language.

Servers have no common tongue: each writes its own sentence behind its code, and codes are used at
will. Yet there is little that they can say. A noun near a verb is a meaning (`languages`). What is
said of the sender, of blocks and of content goes first, for "sender unknown" is not "user unknown".
"""

import re
import unicodedata
from typing import cast

from django.utils.functional import SimpleLazyObject

from allmende.mailroom.bounces.languages import LANGUAGES
from allmende.mailroom.bounces.shape import Reason

LONGEST = 4000  # characters that are read
ADDRESS_OR_LINK = re.compile(
    r"https?:\S+|www\.\S+|<?[^\s<>@(\"']{1,120}@[^\s<>@,;)\"']{1,190}>?", re.IGNORECASE
)
NAMES = re.compile(r"(?<!\w)[\w-]+(?:\.[\w-]+)+", re.ASCII)  # hosts, IP addresses, enhanced codes
FOLDED = re.compile(r"(?:(?<=\s)|^)[245]\d\d-(?:[245]\.\d{1,3}\.\d{1,3})?")


def said(*patterns: str) -> re.Pattern[str]:
    """Compiled for the first mail that came back: most processes see none, and it takes a while."""
    whole = "|".join(f"(?:{pattern})" for pattern in patterns if pattern)
    return cast(re.Pattern[str], SimpleLazyObject(lambda: re.compile(whole)))


# What is said in codes, names of lists and English all over the world. The first that fits counts.
SIGNS: tuple[tuple[Reason, re.Pattern[str]], ...] = (
    (
        Reason.SYSTEM,  # a program that should have put it into the mailbox
        said(
            r"(?:could ?n[o']t|cannot|can't|unable to) (?:\w+ )?(?:create|open|write|lock|append"
            r"|run)"
            r"|i/?o error|no space left|disk (?:is )?full|not enough disk space|out of memory",
        ),
    ),
    (
        Reason.HOST,
        said(
            r"null ?mx|(?:missing|without|lack\w*|no) (?:\w+ ){0,3}dns (?:entr\w+|records?)"
            r"|domain is not"
            r" reachable|no smtp service|(?:host|domain|server)\W.{0,20}?(?:does|do)(?: ?not|n't)"
            r" accept (?:any )?(?:e-?)?mail|nxdomain|non-?existent ?domain"
            r"|\bmx\b.{0,20}record.{0,30}"
            r"(?:no smtp|not? valid)",
        ),
    ),
    (
        Reason.SENDER,
        said(
            r"\b(?:spf|dkim|dmarc|arc|sender ?id)\b|unauthenticated|authenticat\w+|authori[sz]ation"
            r"|relay\w* (?:access |is |not |was )*(?:denied|prohibited|permitted|allowed)|relaying"
            r"|not (?:a|an) (?:open )?relay|open relay|unable to relay|cannot relay"
            r"|we do not relay",
            r"(?:sender|from|return|envelope|originator)(?:'s)? ?(?:e-?mail )?(?:address|domain|"
            r"verif\w*|name)?\W+(?:\w+\W+){0,5}?(?:reject\w*|denied|unknown|unverified|invalid"
            r"|fail\w*|"
            r"not exist|not found|not resolve|exist|refused|blocked|required)",
            r"(?:reject\w*|denied|invalid|verify|verif\w+|unknown|bad|forged|illegal) (?:\w+ ){0,3}"
            r"sender|mail from\W+.{0,40}(?:reject|not exist|denied)|must (?:use|have) (?:tls"
            r"|starttls)"
            r"|starttls|encryption|certificate|you are not allowed to|not allowed to send",
        ),
    ),
    (
        Reason.REPUTATION,
        said(
            r"black ?-?list\w*|block ?-?list\w*|deny ?list\w*|\b\w*rbl\b|dnsbl|spamhaus|spamcop"
            r"|barracuda|senderbase|sorbs|reputation|trustworth\w*|reverse (?:dns|lookup|mapping)"
            r"|\br?ptr\b|\brdns\b|helo|ehlo|client host|client address|dynamic ip|dial-?up"
            r"|grey-?list\w*|gray-?list\w*|(?:ip|ipv[46]|host|network"
            r"|domain)(?: address)?\W.{0,60}?"
            r"(?:block\w*|banned|(?<!not )listed|abus\w*|suspicious)|poor|banned|(?:block\w*"
            r"|(?<!not )listed) (?:by|at|in|"
            r"on|using|due|for)",
        ),
    ),
    (
        Reason.CONTENT,
        said(
            r"\bu?\w{0,3}spam\w*|\bjunk|unsolicited|\bbulk|\bvirus\w*|malware|infected|trojan"
            r"|phish\w*"
            r"|worm\b|attachment\w*|(?:message|mail) content|content (?:reject|filter|block|not)\w*"
            r"|header (?:error|invalid)|(?:invalid|missing|malformed|duplicate) (?:\w+ )?header"
            r"|rfc ?[25]322|not rfc|scored?\b|advertis\w*|suspicious|objectionable|inappropriate",
        ),
    ),
    (
        Reason.SIZE,
        said(
            r"(?:message|mail|e-?mail|size)\W.{0,40}?(?:too (?:large|big|long)|exceed\w*.{0,30}"
            r"(?:size|limit|maximum|max)|size limit)|(?:exceed\w*|over) (?:\w+ ){0,4}(?:message"
            r"|mail) "
            r"size|sizelimit|too (?:large|big) (?:message|mail)|size\W.{0,20}?exceed\w*",
            r"(?:nachricht|mail|message|mensaje|messaggio|mensagem|bericht|письмо|сообщение"
            r"|wiadomo\w+)"
            r".{0,40}?(?:zu gro(?:ß|ss)|trop (?:gros\w*|volumineu\w*)|demasiado grande"
            r"|troppo grande"
            r"|muito grande|te groot|слишком больш\w*|zbyt du[zż]\w*|超过大小)",
        ),
    ),
    (
        Reason.RATE,
        said(
            r"too (?:many|fast|much|frequent)|rate ?-?limit\w*|\brate\b|throttl\w*|concurren\w*"
            r"|(?:maximum|max|limit\w*|exceed\w*) .{0,30}?(?:connection|recipients?\b|per (?:hour"
            r"|day|"
            r"minute)|sessions|messages)|slow down|zu viele|trop de|demasiad[oa]s|troppi"
            r"|слишком много"
            r"|频率|過多",
        ),
    ),
)

TROUBLE: tuple[tuple[Reason, re.Pattern[str]], ...] = (
    (
        Reason.NETWORK,
        said(
            r"timed? ?-?out|time-?out|connection (?:refused|reset|lost|dropped|closed|failed"
            r"|broken)"
            r"|no route to|unreachable|not reachable|not responding|no response|expired|retry time"
            r"|(?:could|can|did|unable) ?n?[o']?t?(?: to)? connect|unable to connect|hop ?count"
            r"|loop"
            r"|too many hops|network|name (?:server|service)|\bdns\b|delivery time|queue too long"
            r"|(?:within|for|in) \d+ (?:day|hour|minute)|delayed|lost connection|too long|aborted"
            r"|zeit[uü]berschreitung|nicht erreichbar|d[eé]lai|injoignable|tiempo de espera|超时"
            r"|超時",
        ),
    ),
    (
        Reason.SYSTEM,
        said(
            r"system (?:error|full|problem|failure|not|config)|internal|server (?:error|busy"
            r"|config)"
            r"|configur\w*|disk|i/?o error|resources?|out of memory|temporar\w*|try (?:again|later)"
            r"|local (?:error|problem)|protocol error|command (?:not|unrec)\w*|syntax error"
            r"|unable to (?:lock|create|open|write)|can(?:'t|not) (?:create|open|write|lock)"
            r"|service (?:not|un)avail\w*|exit (?:code|status)|maintenance|broken pipe",
        ),
    ),
    (Reason.FILTERED, said(r"\bfilter\w*|\bsieve\b|recipient.{0,40}refus\w*|user.{0,20}reject\w*")),
    (
        Reason.POLICY,
        said(
            r"polic(?:y|ies)|access denied|not (?:accept|permit|allow|authori[sz])\w*|prohibit\w*",
            r"reject\w*|refus\w*|denied|block\w*|restrict\w*|verboten|security|violat\w*",
            *(language.refused for language in LANGUAGES),
        ),
    ),
)

FULL = said(
    *(one.says(one.box, one.full, 60) for one in LANGUAGES),
    r"over ?quota|quota (?:exceed|limit)\w*|exceed\w* (?:\w+ ){0,3}quota|quotaexceeded"
    r"|exceed\w*.{0,30}(?:storage|local limit|allocation)|insufficient (?:system )?storage",
)
OFF = said(*(one.says(one.box, one.off, 40) for one in LANGUAGES))
HOST = said(
    *(one.says(one.host, one.lost, 25, r".;!?:\d") for one in LANGUAGES),
    r"unrouteable (?:mail )?domain|no (?:valid )?(?:mx|a) (?:record|host)"
    r"|could ?n[o']t find (?:any "
    r"(?:host|mail)|a mail exchanger)|cannot resolve|not resolve|host ?unknown",
)
USER = said(
    *(one.says(one.box, one.missing, 60) for one in LANGUAGES),
    r"(?:no|not a) (?:such|local|valid|known|mailbox|user|account|recipient|one|person)\b.{0,20}"
    r"(?:user|address|mailbox|person|here|recipient|account|name|by)|no mailbox|not our (?:user|"
    r"customer)|unrouteable address|user ?unknown|unknown ?user|recipientnotfound|recipnotfound"
    r"|(?:^|\W)no such (?:user|person|recipient|mailbox|address|account|id)|bad (?:destination "
    r"mailbox|recipient) ?(?:address)?|address(?:ee)? (?:not found|unknown)",
)
PLAIN = re.compile(
    r"does(?: not|n't) have an?\b.{0,40}account|account that you tried to reach does not exist"
)


def plain(text: str) -> str:
    """Small letters, one line, no addresses and links, so that only what is said is left."""
    text = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()
    text = text.replace("’", "'").replace("`", "'").replace("_", " ")
    text = NAMES.sub("~", FOLDED.sub(" ", ADDRESS_OR_LINK.sub(" ~ ", text)))
    return " ".join(text.split())


def meaning(text: str) -> Reason:
    """The reason that the words give, UNKNOWN where they give none."""
    said_so = plain(text)
    return (
        next((reason for reason, signs in SIGNS[:-1] if signs.search(said_so)), None)
        or first(said_so)
        or Reason.UNKNOWN
    )


def first(text: str) -> Reason | None:
    order = ((Reason.FULL, FULL), (Reason.DISABLED, OFF), (Reason.HOST, HOST), (Reason.USER, USER))
    for reason, pattern in (*order, SIGNS[-1], *TROUBLE):
        if pattern.search(text):
            return reason
    return None


def is_plain(text: str) -> bool:
    """Whether words deny the account itself, as some servers do after they have read it all."""
    return bool(PLAIN.search(plain(text)))


def speaks_against(text: str) -> bool:
    """Whether words tell of a living mailbox that is full or could not be written to."""
    told = plain(text)
    return bool(FULL.search(told) or SIGNS[0][1].search(told))
