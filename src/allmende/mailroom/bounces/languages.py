"""What can be said of a mailbox, a domain and a letter, language by language.

A row is added by naming nouns and verbs, as beginnings of words; nothing else knows languages.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """Each a pattern. box: a person or their mailbox. missing, full, off: what is said of it.

    host: a domain. lost: what is said of it. refused: of the mail. spaced: words stand apart.
    """

    box: str
    missing: str
    full: str
    off: str = ""
    host: str = ""
    lost: str = ""
    refused: str = ""
    spaced: bool = True

    def says(self, noun: str, verb: str, width: int, stops: str = ".;!?") -> str:
        """The one near the other, in either order."""
        if not noun or not verb:
            return ""
        start, end = (r"(?<!\w)", r"(?!\w)") if self.spaced else ("", "")
        noun, verb = f"{start}(?:{noun}){end}", f"{start}(?:{verb}){end}"
        return f"{noun}[^{stops}]{{0,{width}}}?{verb}|{verb}[^{stops}:\\d]{{0,25}}?{noun}"


ENGLISH = Language(
    box=r"(?:e-?mail )?(?:user ?(?:name|id|s)?|recipients?|address(?:ee)?s?|mail ?box(?:es)?"
    r"|accounts?|people|person|inbox|to address|local ?part|destination|customer|subscriber|alias)",
    missing=r"unknown|not (?:a )?(?:known|found|exist\w*|listed|recogni[sz]ed|registered|valid)"
    r"|no(?:t| longer) (?:exist|on (?:this )?server|here|a valid|valid|active at|in (?:our )?\w+)"
    r"|(?:does|do|did|could|can|was|were|is|are)(?:n'?t| ?not)"
    r" (?:\w+ )?(?:exist|be found|found|valid|known|have an? \w+|listed|match|recogni[sz]ed)"
    r"|non-?exist\w*|invalid|no such|unrouteable|unrecogni[sz]ed|undeliverable|moved|illegal"
    r"|not our|doesn't have|does ?not have|isn't a|has (?:been )?(?:deleted|closed|removed)",
    full=r"full|over(?: ?its| ?the)?(?: \w+)? ?quota|quota|exceed\w* (?:its|the|his|storage|disk)"
    r"|too large|out of (?:storage )?space|insufficient|not enough (?:storage|space)",
    off=r"disabled|suspend\w*|inactiv\w*|deactivat\w*|frozen|locked|blocked|discontinued|on hold"
    r"|not (?:currently )?(?:active|accepting|receiving|enabled|allowed)|restricted|expired"
    r"",
    host=r"(?:host|domain|mail exchanger|destination|system address)s?(?: name)?",
    lost=r"unknown|not found|no such|(?:does|do) ?n[o']t (?:exist|accept (?:e-?)?mail)"
    r"|nonexist\w*|non-exist\w*|could ?n[o']t (?:find|be found)|nxdomain|bad|illegal|not be found",
    refused=r"reject\w*|refus\w*|denied|not (?:accept|allow|permit)\w*|prohibited|unacceptable",
)

LANGUAGES = (
    ENGLISH,
    Language(  # German
        box=r"benutzer\w*|empf[aä]e?nger\w*|e?-?mail-?adress\w*|adress\w*|postfach\w*|mailbox"
        r"|konto|account|teilnehmer\w*|nutzer\w*",
        missing=r"unbekannt\w*|existier\w* nicht|nicht (?:gefunden|vorhanden|bekannt|existier\w*)"
        r"|gibt es nicht|ung[uü]e?ltig\w*|nicht \w+ (?:gefunden|vorhanden)|gel[oö]scht",
        full=r"voll|[uü]berf[uü]llt|quota|kontingent|speicher\w*|[uü]berschritten",
        off=r"gesperrt|deaktiviert|stillgelegt|inaktiv|abgeschaltet|nicht aktiv",
        host=r"dom[aä]i?n\w*|rechner\w*|host|zielsystem",
        lost=r"unbekannt|nicht gefunden|existiert nicht|gibt es nicht",
        refused=r"abgelehnt|abgewiesen|zur[uü]ckgewiesen|verweigert|nicht (?:angenommen|erlaubt)",
    ),
    Language(  # French
        box=r"destinataires?|utilisateurs?|adresses?|bo[iî]te\w*|comptes?|usagers?|abonn[eé]\w*",
        missing=r"inconnue?s?|n.?exist\w*|introuvables?|invalides?|inexistante?s?"
        r"|pas (?:[eé]t[eé] )?trouv[eé]\w*|pas valides?|supprim[eé]\w*",
        full=r"pleine?|quota|satur[eé]\w*|satur\w* |espace insuffisant|d[eé]pass\w*",
        off=r"d[eé]sactiv[eé]\w*|suspendue?|bloqu[eé]\w*|inactif|inactive|ferm[eé]e?",
        host=r"domaine|h[oô]te",
        lost=r"inconnu|introuvable|n.?existe",
        refused=r"refus\w*|rejet[eé]\w*|interdit\w*|non autoris[eé]\w*",
    ),
    Language(  # Spanish
        box=r"usuari[oa]s?|destinatari[oa]s?|buz[oó]n|direcci[oó]n|cuenta|casilla",
        missing=r"desconocid\w*|no existe\w*|inexistente|no (?:se )?(?:ha )?(?:sido )?"
        r"(?:encontr\w*|encuentra)|inv[aá]lid\w*|no (?:es )?v[aá]lid\w*|incorrect\w*",
        full=r"llen[oa]|cuota|excedid\w*|sin espacio",
        off=r"desactivad\w*|suspendid\w*|bloquead\w*|inactiv\w*|deshabilitad\w*|inhabilitad\w*",
        host=r"dominio|host",
        lost=r"desconocid\w*|no existe|no (?:se )?encontr\w*",
        refused=r"rechazad\w*|denegad\w*|no permitid\w*",
    ),
    Language(  # Portuguese
        box=r"usu[aá]rio|destinat[aá]rio|endere[cç]o|caixa (?:postal|de \w+)|conta|utilizador",
        missing=r"desconhecid\w*|n[aã]o exist\w*|inexistente|n[aã]o (?:foi )?encontrad\w*"
        r"|inv[aá]lid\w*",
        full=r"chei[oa]|cota|quota|excedid\w*|lotad\w*|sem espa[cç]o",
        off=r"desativad\w*|suspens\w*|bloquead\w*|inativ\w*|desabilitad\w*",
        host=r"dom[ií]nio",
        lost=r"desconhecid\w*|n[aã]o exist\w*|n[aã]o encontrad\w*",
        refused=r"rejeitad\w*|recusad\w*|negad\w*",
    ),
    Language(  # Italian
        box=r"utente|destinatari[oa]|indirizzo|casella|account",
        missing=r"sconosciut\w*|non esist\w*|inesistente|non (?:[eè] stat\w )?trovat\w*"
        r"|non valid\w*|non riconosciut\w*",
        full=r"pien[ao]|quota|esaurit\w*|superat\w*",
        off=r"disabilitat\w*|disattivat\w*|sospes\w*|bloccat\w*|inattiv\w*",
        host=r"dominio",
        lost=r"sconosciut\w*|non esist\w*|non trovat\w*",
        refused=r"rifiutat\w*|respint\w*|negat\w*|non consentit\w*",
    ),
    Language(  # Dutch
        box=r"gebruiker|ontvanger|(?:e-?mail)?adres|postbus|postvak|brievenbus|mailbox|account",
        missing=r"onbekend\w*|bestaat niet|niet (?:gevonden|bekend)|ongeldig|bestaan niet",
        full=r"vol|quotum|quota|overschreden",
        off=r"uitgeschakeld|geblokkeerd|opgeschort|gedeactiveerd|inactief",
        host=r"domein|host",
        lost=r"onbekend|bestaat niet|niet gevonden",
        refused=r"geweigerd|afgewezen|niet toegestaan",
    ),
    Language(  # Swedish, Danish, Norwegian
        box=r"anv[aä]ndare\w*|mottagare\w*|e?-?(?:post|mail)?adress\w*|konto\w*|brevl[aå]da\w*"
        r"|bruger\w*|modtager\w*|bruker\w*|mottaker\w*|postkass\w*|postboks\w*",
        missing=r"ok[aä]nd\w*|finns (?:inte|ej)|hittades inte|saknas|ukendt\w*|findes ikke"
        r"|eksisterer ikke|ukjent\w*|finnes ikke|ble ikke funnet|blev ikke fundet|ogiltig|ugyldig",
        full=r"full\w*|fuld|kvot\w*|kvote\w*",
        off=r"inaktiv\w*|avst[aä]ngd|sp[aä]rra\w*|sp[ae]rret|deaktiver\w*|sperret|lukket",
        host=r"dom[aä]n\w*|dom[aæ]ne\w*",
        lost=r"ok[aä]nd|ukendt|ukjent|finns inte|fin[dn]es ikke",
        refused=r"avvisad\w*|afvist|avvist|nekad\w*",
    ),
    Language(  # Polish, Czech, Slovak
        box=r"u[zż]ytkowni\w*|odbiorc\w*|adres\w*|skrzynk\w*|kont[oa]\w*|u[zž][ií]vate[lľ]\w*"
        r"|p[rř][ií]jemc\w*|pr[ií]jemc\w*|schr[aá]nk\w*",
        missing=r"nieznan\w*|nie istnieje|nie (?:zosta[lł]\w* )?znalezion\w*|nie ma|neexist\w*"
        r"|nieprawid[lł]ow\w*|nezn[aá]m\w*|nenalezen\w*|neplatn\w*|nen[aá]jden\w*",
        full=r"pe[lł]n\w*|przepe[lł]nion\w*|pln[aáyý]\w*|p[rř]epln[eě]n\w*|preplnen\w*|kw?[oó]t\w*",
        off=r"zablokowan\w*|nieaktywn\w*|wy[lł][aą]czon\w*|zawieszon\w*|zablokov\w*|neaktivn\w*",
        host=r"domen\w*|dom[eé]n\w*",
        lost=r"nieznan\w*|nie istnieje|neexistuje|nezn[aá]m\w*",
        refused=r"odrzucon\w*|odm[oó]wi\w*|odm[ií]tnut\w*",
    ),
    Language(  # Russian, Ukrainian, Bulgarian
        box=r"пользовател\w*|получател\w*|адрес\w*|ящик\w*|аккаунт\w*|абонент\w*|користувач\w*"
        r"|одержувач\w*|отримувач\w*|скриньк\w*|потребител\w*|почтов\w+",
        missing=r"не существу\w*|неизвест\w*|не найден\w*|отсутству\w*|не зарегистрирован\w*"
        r"|нет такого|не існу\w*|невідом\w*|не знайден\w*|несуществ\w*|не съществува\w*"
        r"|удал[её]н\w*",
        full=r"переполнен\w*|квот\w*|переповнен\w*|заполнен\w*|полон|превышен\w*",
        off=r"заблокирован\w*|отключ[её]н\w*|неактив\w*|приостановлен\w*|заблокован\w*",
        host=r"домен\w*|хост\w*",
        lost=r"не существу\w*|неизвест\w*|не найден\w*",
        refused=r"отклон[её]н\w*|отвергнут\w*|запрещен\w*|відхилен\w*",
    ),
    Language(  # Turkish
        box=r"kullan[ıi]c[ıi]\w*|al[ıi]c[ıi]\w*|adres\w*|posta kutusu\w*|hesa[bp]\w*",
        missing=r"bilinm\w*|bulunam\w*|mevcut de[gğ]il|ge[cç]ersiz|yok",
        full=r"dolu|kota\w*",
        off=r"devre d[ıi][sş][ıi]|ask[ıi]\w*|engellen\w*|pasif",
        refused=r"reddedil\w*",
    ),
    Language(  # Hungarian, Finnish, Romanian, Greek
        box=r"felhaszn[aá]l[oó]\w*|c[ií]mzett\w*|postafi[oó]k\w*|k[aä]ytt[aä]j[aä]\w*"
        r"|vastaanottaj\w*|osoite\w*|s[aä]hk[oö]post\w*|utilizator\w*|destinatar\w*|adres[aă]\w*"
        r"|c[aă]su[tț]a|χρ[ηή]στης\w*|παραλ[ηή]πτης\w*|δι[εέ][υύ]θυνση\w*|γραμματοκιβ[ωώ]τιο",
        missing=r"ismeretlen|nem l[eé]tez\w*|nem tal[aá]lhat[oó]|tuntematon|ei (?:ole olemassa"
        r"|l[oö]yd\w*)|necunoscut\w*|nu exist[aă]|inexistent\w*|δεν υπ[αά]ρχει|[αά]γνωστ\w*"
        r"|δεν βρ[εέ]θηκε",
        full=r"megtelt|betelt|kv[oó]t\w*|t[aä]ynn[aä]|kiinti[oö]\w*|plin[aă]|γεμ[αά]τ\w*",
        off=r"letiltv[ae]|felf[uü]ggeszt\w*|poistettu k[aä]yt[oö]st[aä]|suspendat\w*|dezactivat\w*",
        refused=r"elutas[ií]tv[ae]|hyl[aä]tty|respins\w*|απορρ[ιί]φθηκε",
    ),
    Language(  # Japanese
        box=r"ユーザ[ーｰ]?|宛先|あて先|アドレス|受信者|メールボックス|アカウント|利用者|受取人",
        missing=r"存在しま?せ?ん?|存在しない|見つか(?:りません|らない)|不明|ありません|誤り|間違"
        r"|使われておりません|無効",
        full=r"一杯|いっぱい|満杯|容量|超え|超過|オーバー",
        off=r"停止|休止|利用できません|無効化",
        host=r"ドメイン|ホスト",
        lost=r"存在しま?せ?ん?|見つかり?ません|不明",
        refused=r"拒否|拒絶|受信できません",
        spaced=False,
    ),
    Language(  # Chinese
        box=r"用户|用戶|收件人|邮箱|郵箱|信箱|地址|帐户|账户|帳戶|帐号|账号|帳號|使用者|邮件地址",
        missing=r"不存在|未知|找不到|无效|無效|不正确|不正確|没有找到|未找到|错误",
        full=r"已?满|已?滿|超出|超过|超過|配额|配額|容量|空间不足",
        off=r"停用|禁用|冻结|凍結|暂停|封禁|关闭|過期|过期",
        host=r"域名|主机|主機|網域",
        lost=r"不存在|未知|找不到|无法解析",
        refused=r"拒绝|拒絕|拒收|退回|被拦截",
        spaced=False,
    ),
    Language(  # Korean
        box=r"사용자|수신자|받는 ?사람|메일 ?주소|계정|메일함|주소|편지함|사서함",
        missing=r"존재하지 ?않|없습니다|없는|찾을 ?수 ?없|알 ?수 ?없|잘못된",
        full=r"가득|용량|초과|꽉",
        off=r"정지|휴면|비활성|차단|잠긴",
        host=r"도메인|호스트",
        lost=r"존재하지 ?않|찾을 ?수 ?없|알 ?수 ?없",
        refused=r"거부|거절",
        spaced=False,
    ),
    Language(  # Arabic, Hebrew, Vietnamese, Indonesian
        box=r"المستخدم|المستلم|العنوان|عنوان|صندوق|الحساب|משתמש|הנמען|נמען|כתובת|תיבת|תיבה|חשבון"
        r"|người (?:dùng|nhận)|hộp thư|địa chỉ|tài khoản|pengguna|penerima|alamat|akun|kotak surat",
        missing=r"غير موجود\w*|غير معروف\w*|غير صالح\w*|لا يوجد|לא קיימ\w*|לא קיים|לא נמצא\w*"
        r"|לא ידוע\w*|אינ\w* קיימ\w*|אינו קיים|không (?:tồn tại|tìm thấy|hợp lệ)|không có thật"
        r"|tidak (?:ditemukan|ada|dikenal|dikenali|valid)",
        full=r"ممتلئ\w*|الحصة|מלא\w*|מכסה|đầy|hạn mức|penuh|kuota",
        off=r"معطل\w*|موقوف\w*|מושבת\w*|חסומ\w*|bị khóa|vô hiệu|dinonaktifkan|ditangguhkan",
        refused=r"مرفوض\w*|رفض|נדח\w*|từ chối|ditolak",
        spaced=False,
    ),
)
