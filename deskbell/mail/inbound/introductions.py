"""How mail programs of many languages introduce what they quote or forward.

`mail-parser-reply` knows the sentence (“On Monday, Ana wrote:”) in the languages it was made for; its own
splitting trims every line and can take minutes on a hostile text, so only its tables are used, on single
lines of bounded length. The rest is told by its look: a verb of writing in some thirty languages
with a date or an address, a block of From:, Sent:, To:, Subject:, or a line of dashes that says “Original
Message”.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from mailparser_reply.constants import MAIL_LANGUAGES  # type: ignore[import-untyped]

MOST_LINES = 4_000  # that are looked at; nobody reads on
LONGEST_LINE = 300  # of an introduction; nobody's name is longer
QUOTED = re.compile(r"^\s{0,3}>")
ORIGINAL = re.compile(
    r"^[-_=*\s]*-{2,}\s*(?:(?:original|reply|ursprüngliche|opprinnelig|oprindelig|opprindelig|"
    r"ursprungligt|alkuperäinen|"
    r"původní|pôvodná|eredeti|izvorna|исходное|оригінальне|orijinal)[\s-]*"
    r"(?:message|appointment|nachricht|e-?mail|melding|meddelelse|besked|meddelande|viesti|"
    r"zpráva|správa|üzenet|poruka|"
    r"сообщение|повідомлення|mesaj|ileti)|original\w*nachricht|message (?:d'origine|original)|"
    r"mensaje original|messaggio originale|oorspronkelijk bericht|mensagem original|"
    r"wiadomość oryginalna|"
    r"mesajul original|原始邮件|原始郵件|邮件原件|"
    r"원본 메시지|元のメッセージ|originalnachricht)\s*-{2,}[-_=*\s]*$",
    re.IGNORECASE,
)
FORWARDED = re.compile(
    r"^[-_=>*\s]*(?:begin forwarded message:|anfang der weitergeleiteten (?:nachricht|e-mail):|"
    r"début du message (?:réexpédié|transféré) ?:|inizio messaggio inoltrato:|"
    r"inicio del mensaje reenviado:|"
    r"begin doorgestuurd bericht:|-{2,}\s*(?:forwarded (?:message|by|email)|"
    r"weitergeleitete nachricht|"
    r"message transféré|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht|"
    r"mensagem encaminhada|"
    r"vidarebefordrat meddelande|videresendt (?:besked|melding)|wiadomość przekazana|"
    r"пересылаемое сообщение|"
    r"edelleenlähetetty viesti|转发邮件|轉寄郵件|전달된 메시지|転送メッセージ)\b.*|"
    r"-{8,} ?fwd?\b.*)$",
    re.IGNORECASE,
)
REPLY_ABOVE = re.compile(
    r"^[\W_]*(?:please )?(?:type|write|enter)? ?(?:your )?repl(?:y|ies) (?:to this (?:email|"
    r"message) )?above"
    r"(?: this| the| -|-|\W|$).{0,80}$|^[\W_]+ ?(?:bitte )?(?:oberhalb|über) dieser (?:zeile|"
    r"linie)\b.{0,80}$|"
    r"^[\W_]+.{0,40}(?:au-dessus de cette ligne|por encima de esta línea|"
    r"acima desta linha).{0,40}$",
    re.IGNORECASE,
)
VERB = (
    r"(?:wrote|writes|schrieb|schreef|a écrit|escribió|escribis|escreveu|ha scritto|skrev|skreiv|"
    r"napisał|napisała|"
    r"napisał\(a\)|napísal|napisal|napsal|napsal\(a\)|napsala|pisze|kirjoitti|yazdı|"
    r"şunları yazdı|написал|"
    r"написала|написал\(а\)|пишет|пише|написав|написала|написа|έγραψε|a scris|je napisao|"
    r"je napisala|írta|"
    r"va escriure|menulis|đã viết|kirjutas|rašė|rakstīja|写道|寫道|來信|"
    r"님이 작성|님이 씀|さんは書きました|のメッセージ)"
)
WROTE = re.compile(rf"(?:\b|(?<=[\s>)])){VERB}(?!\w)", re.IGNORECASE)
ENDS_WITH_VERB = re.compile(rf"{VERB}\s*(?:[:：]|-{{2,}})?\s*$", re.IGNORECASE)
TAIL = re.compile(
    rf"^\s*>?\s?{VERB}?\s*[:：]\s*$", re.IGNORECASE
)  # of a sentence broken before its end
TELLS_WHEN = re.compile(r"\d{1,2}[:.h]\d{2}|\b(?:19|20)\d\d\b|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
ADDRESS = re.compile(r"[\w.+-]@[\w-]|mailto:")
BEGINS = re.compile(
    r"^[*_\s-]{0,6}(?:on|am|le|el|il|op|em|en|den|dnia|dne|dňa|w dniu|på|pada|ngày|vào|a las|at|"
    r"(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim|пн|вт|ср|"
    r"чт|пт|сб|вс)"
    r"[^\W\d_]{0,8}[.,]?|[^\W\d_]{2,12}[.,]{0,2} \d{1,2}|\d{1,4})[\s.,/:年-]|"
    r"^[\"'*]?[^<>:\n]{0,80}<[^<>\s]{1,200}@",
    re.IGNORECASE,
)
BEGINS_WITH_DATE = re.compile(
    r"^[*\s]{0,3}(?:[^\W\d_]{2,12}[.,]{0,2}\s+)?(?:\d{4}[-/.年]\s?\d{1,2}[-/.月]|"
    r"\d{1,2}[./ -]{1,2}[\w.]{1,12}[./ -]{1,2}\d{2,4})"
)
SOMEONE = re.compile(r"<[^<>\s]{1,200}@[^<>\s]{1,200}>\s?[:：]$")
GMAIL_ABROAD = re.compile(r"^\d{4}-\d\d-\d\d \d{1,2}:\d\d GMT[+-]\d\d:\d\d \S.{0,100}$")
LINE_OF_DASHES = re.compile(r"^\s*[-_=*]{5,}\s*$")
FROM = (
    r"from|von|de|da|od|fra|van|från|od|de la|lähettäjä|kimden|gönderen|feladó|από|от|від|发件人|"
    r"寄件者|寄件人|"
    r"보낸\s?사람|差出人|送信者|expéditeur|remitente|mittente"
)
OTHERS = (
    r"sent|gesendet|envoyé(?: le)?|enviado(?: el| em)?|inviato|odesláno|odoslané|sendt|verzonden|"
    r"wysłano|wysłane|skickat|"
    r"lähetetty|gönderildi|gönderme tarihi|elküldve|отправлено|надіслано|trimis|发送时间|寄件日期|"
    r"보낸\s?날짜|送信日時|to|an|"
    r"à|para|a|komu|til|aan|do|till|vastaanottaja|kime|kime|címzett|кому|către|收件人|收件者|받는\s?사람|"
    r"宛先|subject|"
    r"betreff|objet|asunto|assunto|oggetto|předmět|predmet|emne|onderwerp|temat|ämne|aihe|konu|"
    r"tárgy|тема|"
    r"subiect|主题|主旨|제목|件名|date|datum|fecha|data|dato|päiväys|tarih|dátum|дата|日期|日付|cc|copie à|"
    r"message du|a|kopie|kopia|copia|"
    r"reply-to|organization"
)
FIELD = re.compile(rf"^[*\s]{{0,4}}(?:{FROM}|{OTHERS})[*\s\xa0]{{0,3}}[:：]", re.IGNORECASE)
FROM_FIELD = re.compile(rf"^[*\s]{{0,4}}(?:{FROM})[*\s\xa0]{{0,3}}[:：]", re.IGNORECASE)


def introductions(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Where something quoted is introduced: index and number of lines of the introduction. Nothing is quoted
    after the mark of a forwarded mail, which is what the sender wants to say."""
    for at, line in enumerate(lines[:MOST_LINES]):
        if not line.strip() or len(line) > LONGEST_LINE:
            continue
        if FORWARDED.match(line):
            return
        begins_fields = FIELD.match(line) and _is_block_of_fields(lines, at)
        if begins_fields or ORIGINAL.match(line) or REPLY_ABOVE.match(line):
            yield at, 1
        elif length := _length_of_wrote(lines, at):
            yield at, length


def before_the_line(lines: list[str], at: int) -> int:
    """Outlook draws a line above the fields, others above “Ana wrote:”."""
    before = at - 1
    while before >= 0 and not lines[before].strip():
        before -= 1
    return before if before >= 0 and LINE_OF_DASHES.match(lines[before]) else at


def _is_block_of_fields(lines: list[str], at: int) -> bool:
    """From: with two more of Sent:, To:, Subject: ... in the lines around it."""
    near = [line for line in lines[at : at + 8] if FIELD.match(line)]
    return len(near) >= 3 and any(FROM_FIELD.match(line) for line in near)


def _length_of_wrote(lines: list[str], at: int) -> int:
    """“On Monday, Ana wrote:”, which programs break into up to three lines; 0 if there is none."""
    if QUOTED.match(lines[at]):
        return 0
    most = 3 if BEGINS.match(lines[at]) else 1
    for length in range(1, most + 1):
        tail = lines[at + length - 1 : at + length]
        if not tail or not tail[0].strip() or (QUOTED.match(tail[0]) and not TAIL.match(tail[0])):
            return 0
        joined = " ".join(line.strip() for line in lines[at : at + length])
        if len(joined) > LONGEST_LINE:
            return 0
        if _is_wrote(joined, before_quotation=_is_quoted_after(lines, at + length)):
            goes_on = lines[at + length : at + length + 1]
            return length + bool(goes_on and TAIL.match(goes_on[0]))
    return 0


def _is_quoted_after(lines: list[str], at: int) -> bool:
    after = next((line for line in lines[at : at + 3] if line.strip()), "")
    return bool(QUOTED.match(after))


def _is_wrote(line: str, *, before_quotation: bool) -> bool:
    ends = line.endswith((":", "："))
    if not ends and not line.endswith(">") and not ENDS_WITH_VERB.search(line[-40:]):
        return bool(GMAIL_ABROAD.match(line))
    tells = bool(TELLS_WHEN.search(line) or ADDRESS.search(line))
    if ends and any(each.search(line) for each in _wrote()) and (tells or BEGINS.match(line)):
        return True
    if WROTE.search(line) and (ends or ENDS_WITH_VERB.search(line[-40:])):
        return tells or before_quotation
    if GMAIL_ABROAD.match(line) or (tells and SOMEONE.search(line) and TELLS_WHEN.search(line)):
        return True
    if BEGINS_WITH_DATE.match(line) and ADDRESS.search(line):
        return ends or line.endswith(">")
    return before_quotation and tells and (ends or line.endswith(">"))


@cache
def _wrote() -> list[re.Pattern[str]]:
    return [
        re.compile(words["wrote_header"], re.IGNORECASE | re.MULTILINE)
        for words in MAIL_LANGUAGES.values()
        if "wrote_header" in words
    ]
