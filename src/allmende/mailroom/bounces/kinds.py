"""Who speaks: a mail server, a machine on behalf of the reader, or a person.

Persons write about bounces, quote them and pass them on; readers' machines answer with the same
empty sender as servers do. So a report of failure without a standard's form needs both, a machine
that speaks and words of failure of its own.
"""

import re

from allmende.mailroom.bounces.mime import Mail

DAEMON = re.compile(
    r"mailer[-_. ]?daemon|mail[-_. ]?deliver\w*|mdaemon|mail (?:delivery|administrator|system)"
    r"|double-?bounce|delivery (?:sub)?system|mail-?router|<>\s*$|^\s*$",
    re.IGNORECASE,
)
POSTMASTER = re.compile(r"po+st_?ma?ste?r\b|system administrator", re.IGNORECASE)
OFFICE = re.compile(
    r"\b(?:admin|root|mail|bounces?|no-?reply|owner|content-?"
    r"filter|mail-?server|mail-?robot|notification)\b",
    re.IGNORECASE,
)
PASSED_ON = re.compile(
    r"^\W*(?:re|aw|antw?|sv|vs|odp|rif|r|ref|ynt|res|atb|fwd?|wg|tr|rv|enc|i|vb|vl|pd|doorst|回复"
    r"|答复|转发)"
    r"\s*(?:\[\d+\])?\s*[:：]",
    re.IGNORECASE,
)
AWAY = re.compile(
    r"out of (?:the )?office|\baway\b|auto(?:matic|mated)?[- ]?(?:reply|response|antwort|re:)"
    r"|abwesen"
    r"|nicht im (?:b[uü]ro|haus)|urlaub|vacation|absence|absent|r[eé]ponse automatique"
    r"|respuesta auto"
    r"|resposta auto|fuera de|ausen[ct]|risposta auto|fuori (?:ufficio|sede)|assen|afwezig"
    r"|automatisch"
    r"|autosvar|fr[aå]nvar|frav[aæ]r|poissa|nieobecn|automatyczn|nep[rř][ií]tom|автоответ"
    r"|автоматическ"
    r"|отпуск|відпуст|otomatik|自動(?:返信|応答)|不在|自动(?:回复|答复)|자동 ?(?:회신|응답)|부재",
    re.IGNORECASE,
)
FAILURE = re.compile(
    r"undeliver\w*|error sending|(?:trouble|problems?|errors?) (?:with )?(?:\w+ )?delivering"
    r"|returned (?:mail|to sender)|return(?:ing)? message|non-?deliver\w*"
    r"|failure (?:notice|notification|report)|delivery (?:\w+ ){0,3}(?:fail\w*|error|report"
    r"|problem|"
    r"delay\w*)|delivery (?:status )?notification|fail\w* (?:to |mail |message )?deliver\w*"
    r"|mail (?:delivery |system )?(?:error|fail\w*)|error (?:\w+ ){0,3}deliver\w*|unable to deliver"
    r"|(?:can|could|was|were|has|have|did)(?: ?not|n't) (?:be |been |yet )*(?:deliver\w*|relayed|"
    r"reach\w*|sent|receive)|not deliver\w*|message (?:status|undeliverable|delivery)"
    r"|rejected (?:by|mail)"
    r"|was rejected|permanent (?:fatal )?error|permanent failure|bounced|loop alert"
    r"|duplicated message"
    r"|had (?:\w+ ){0,3}(?:fatal )?(?:errors|problems)|invalid final|(?:reasons?|cause) (?:of|for) "
    r"(?:the )?(?:fail|problem)|failure reasons"
    r"|unzustellbar\w*|nicht (?:zu|aus)gestellt|zustellung (?:fehl|nicht|versp)\w*"
    r"|zustellungs?fehler"
    r"|konnte (?:\w+ ){0,12}nicht (?:zugestellt|[uü]bermittelt|ausgeliefert|erreicht)"
    r"|nicht zustellbar"
    r"|nicht (?:erfolgreich )?(?:zugestellt|ausgeliefert|[uü]bermittelt) werden"
    r"|non remis\w*|non d[eé]livr\w*|(?:[eé]chec|erreur) (?:\w+ ){0,3}(?:remise|distribution"
    r"|livraison)"
    r"|n.a (?:pas )?pu [eê]tre (?:remis|distribu|d[eé]livr|livr|envoy)\w*"
    r"|impossible de (?:remettre|distribuer)"
    r"|no se (?:ha )?(?:pudo|podido|puede) (?:\w+ ){0,2}entreg\w*|no (?:ha )?(?:sido"
    r"|fue) entregad\w*"
    r"|(?:error|fallo) (?:\w+ ){0,3}entrega|no entregad\w*|n[aã]o (?:p[oô]de"
    r"|foi) (?:\w+ ){0,2}entreg\w*"
    r"|falha (?:\w+ ){0,3}entrega|mancat[ao] (?:recapito|consegna)"
    r"|non (?:[eè] stato )?(?:possibile )?"
    r"(?:recapitat|consegna)\w*|impossibile (?:recapitare|consegnare)|onbestelbaar"
    r"|niet (?:worden )?"
    r"(?:bezorgd|afgeleverd)|kunde inte levereras|ikke leveres|kunne ikke|gick inte att leverera"
    r"|nie (?:mo[zż]na|zosta[lł]\w*) (?:by[cć] )?(?:\w+ )?dor[eę]cz\w*|niedor[eę]cz\w*"
    r"|nie dostarcz\w*"
    r"|nedoru[cč]\w*|nelze doru[cč]it|не (?:может быть |удалось |было )?достав\w*|недостав\w*"
    r"|iletilemedi|teslim edilemedi|kézbesíthetetlen|nem kézbesíthető|ei voitu toimittaa"
    r"|配[信達送](?:できま|されま|エラー|不能)|送信でき(?:ま|な)|届け(?:でき|られ)|お届け|不達"
    r"|送信エラー|エラー(?:の為|通知)|退信|退回|无法(?:投递|送达|发送)"
    r"|投递失败|發送失敗|无法递送|無法(?:傳遞|傳送|送達)|배달 ?(?:실패|되지)|전송 ?(?:실패|되지)"
    r"|반송|תקלה במסירה|לא נמסר|تعذر (?:تسليم|إرسال)",
    re.IGNORECASE,
)
MARKS = ("x-autoreply", "x-autorespond", "x-autoresponse", "x-vacation", "x-auto-response-suppress")


def is_daemon(mail: Mail) -> bool:
    """A mail server, by a name that no person and no other machine has."""
    sender = mail.first("from")
    return bool(DAEMON.search(sender)) or "x-failed-recipients" in mail.header


def is_machine(mail: Mail) -> bool:
    """A machine, or whoever reads an office's mail."""
    named = is_daemon(mail) or is_postmaster(mail)
    return named or has_empty_sender(mail) or bool(OFFICE.search(mail.first("from")))


def is_postmaster(mail: Mail) -> bool:
    return bool(POSTMASTER.search(mail.first("from")))


def is_notice(mail: Mail) -> bool:
    """Of whoever runs a mail server, and about a failure: not an answer, and not passed on."""
    speaks = is_postmaster(mail) or has_empty_sender(mail)
    fields = any(part.kind.endswith("delivery-status") for part in mail.parts)
    tells = fields or reports_failure(mail.first("subject"))
    return speaks and not is_passed_on(mail) and tells


def has_empty_sender(mail: Mail) -> bool:
    path = mail.first("return-path").strip()
    return "return-path" in mail.header and path in {"<>", ""}


def is_passed_on(mail: Mail) -> bool:
    """An answer to a mail, or a forwarded one, as its subject says."""
    return bool(PASSED_ON.search(mail.first("subject")))


def is_auto_reply(mail: Mail) -> bool:
    """RFC 3834, and what older machines do instead."""
    if is_daemon(mail):
        return False
    auto = mail.first("auto-submitted").lower()
    precedence = mail.first("precedence").lower()
    marked = any(name in mail.header for name in MARKS[:4]) or "auto_reply" in precedence
    subject = bool(AWAY.search(mail.first("subject")))
    replied = auto.startswith("auto-replied")
    return (replied and not reports_failure(mail.first("subject"))) or marked or subject


def reports_failure(text: str) -> bool:
    return bool(FAILURE.search(text[:6000]))
