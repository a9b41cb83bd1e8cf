"""Whole explanations as a teacher reads them in Spanish: one clock of each usual kind, word by word."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deskbell.lib.clock import moved_to
from deskbell.sla.explaining import Account, Audience, drawn, one_of
from deskbell.sla.explaining.tests.conftest import Opened, account_at
from deskbell.sla.models import PolicyVersion
from deskbell.sla.moving import move
from deskbell.sla.policies import current_version
from deskbell.sla.versions import make
from deskbell.tickets.chatting import make_ticket
from deskbell.tickets.models import Channel, Ticket
from deskbell.tickets.replying import hear, reply
from deskbell.tickets.solving import set_state
from deskbell.tickets.triage import set_impact
from deskbell.tickets.words import Words
from tests.town import Town, at

Story = Callable[[Opened, Town], Ticket]
FOUR_HOURS = "Prometimos una primera respuesta en 4 horas hábiles"


def told(account: Account, key: str) -> list[str]:
    """What a page says of a clock, without the spaces that keep words together."""
    metric, _, ordinal = key.partition("/")
    each = one_of(account, metric, int(ordinal))
    say = drawn(each).say
    lines = [f"{say.span(line.start, line.end)}: {line.reason}" for line in each.lines]
    causes = [cause.words for cause in (each.started_by, each.stopped_by) if cause]
    pauses = [pause.reason for pause in each.pauses]
    remarks = [remark.words for remark in each.remarks]
    promises = [f"{each.label}, {p.line}, {p.coverage}, {p.version}" for p in each.promises]
    ticks = [tick.label for tick in drawn(each).picture.ticks if tick.label]
    everything = [each.summary, *remarks, *promises, *causes, *pauses, *lines, *ticks]
    return [words.replace("\N{NO-BREAK SPACE}", " ") for words in everything]


def over_night(opened: Opened, town: Town) -> Ticket:
    return opened("2026-11-23 16:50")


def over_thanksgiving(opened: Opened, town: Town) -> Ticket:
    return opened("2026-11-25 18:00")


def answered(opened: Opened, town: Town) -> Ticket:
    ticket = opened("2026-11-23 09:00")
    with moved_to(at("2026-11-23 09:50")):
        reply(ticket, Words("On it"), by=town.ana)
    return ticket


def answered_late(opened: Opened, town: Town) -> Ticket:
    ticket = opened("2026-11-23 09:00")
    with moved_to(at("2026-11-24 08:30")):
        reply(ticket, Words("On it"), by=town.ana)
    return ticket


def never_answered(opened: Opened, town: Town) -> Ticket:
    return opened("2026-11-23 09:00")


def made_urgent(opened: Opened, town: Town) -> Ticket:
    ticket = opened("2026-11-23 09:00")
    with moved_to(at("2026-11-23 09:30")):
        set_impact(ticket, "urgent", by=town.ana)
    return ticket


def paused(opened: Opened, town: Town) -> Ticket:
    _promise("resolution", hours=22, coverage="business_hours")
    ticket = opened("2026-11-19 12:00")
    with moved_to(at("2026-11-19 12:30")):
        set_state(ticket, "pending", by=town.ana)
    return ticket


def reopened(opened: Opened, town: Town) -> Ticket:
    ticket = opened("2026-11-23 09:00")
    with moved_to(at("2026-11-23 09:30")):
        set_state(ticket, "solved", by=town.ana, unanswered=True)
    with moved_to(at("2026-11-24 08:00")):
        set_state(ticket, "open", by=town.ana)
    return ticket


def solved(opened: Opened, town: Town) -> Ticket:
    ticket = answered(opened, town)
    with moved_to(at("2026-11-23 10:10")):
        set_state(ticket, "solved", by=town.ana)
    return ticket


def moved_to_other_hours(opened: Opened, town: Town) -> Ticket:
    ticket = opened("2026-11-23 17:00")
    version = _promise("first_reply", hours=4, coverage="always")
    with moved_to(at("2026-11-23 18:00")):
        move(ticket, version, reason="As agreed", by=town.max.person)
    return ticket


def in_a_live_chat(opened: Opened, town: Town) -> Ticket:
    ticket = opened("2026-11-23 09:00", channel=Channel.CHAT, live=True)
    with moved_to(at("2026-11-23 09:02")):
        reply(ticket, Words("Hello"), by=town.ana)
    with moved_to(at("2026-11-23 09:03")):
        hear(ticket, Words("It is dark"), author=town.tess)
    return ticket


def _promise(metric: str, *, hours: int, coverage: str) -> PolicyVersion:
    base = current_version()
    targets = {**base.document["targets"]}
    promise = {"target": hours * 3600, "coverage": coverage}
    targets["normal"] = {**targets["normal"], metric: promise}
    document = {**base.document, "targets": targets}
    return make(base.policy, document, ladder=base.ladder, reason="Other hours")


STORIES: list[tuple[Story, str, str, list[str]]] = [
    (
        over_night,
        "2026-11-23 19:30",
        "first_reply/1",
        [
            (
                "Prometimos una primera respuesta en 4 horas hábiles. Una parte (2 h 10 min) contó "
                "el lunes hasta las 7 p. m., y el resto desde las 8 a. m. del martes: el plazo vence "
                "el martes a las 9:50 a. m., hora del Este."
            ),
            "Primera respuesta, Impacto normal, Horario de atención, Standard Support, versión 1",
            "Tess escribió",
            "lun, 23 nov, 4:50 p. m. a 7:00 p. m.: cuenta: Horario de atención",
            "lun, 23 nov, 7:00 p. m. a mar, 24 nov, 8:00 a. m.: cerrado",
            "mar, 24 nov, 8:00 a. m. a 9:50 a. m.: cuenta: Horario de atención",
            "lun 4:50 p. m.",
            "vence: mar 9:50 a. m.",
            "ahora: lun 7:30 p. m.",
        ],
    ),
    (
        over_thanksgiving,
        "2026-11-25 18:30",
        "first_reply/1",
        [
            (
                "Prometimos una primera respuesta en 4 horas hábiles. Una parte (1 h) cuenta el "
                "miércoles hasta las 7 p. m., y el resto desde las 8 a. m. del viernes, sin contar "
                "los días cerrados (Día de Acción de Gracias): el plazo vence el viernes a las 11:00 "
                "a. m., hora del Este."
            ),
            "Primera respuesta, Impacto normal, Horario de atención, Standard Support, versión 1",
            "Tess escribió",
            "mié, 25 nov, 6:00 p. m. a 7:00 p. m.: cuenta: Horario de atención",
            "mié, 25 nov, 7:00 p. m. a vie, 27 nov, 8:00 a. m.: cerrado: Día de Acción de Gracias",
            "vie, 27 nov, 8:00 a. m. a 11:00 a. m.: cuenta: Horario de atención",
            "mié 6:00 p. m.",
            "vence: vie 11:00 a. m.",
            "ahora: mié 6:30 p. m.",
        ],
    ),
    (
        answered,
        "2026-11-23 10:00",
        "first_reply/1",
        [
            (
                "Prometimos una primera respuesta en 4 horas hábiles: a más tardar el lunes a la "
                "1:00 p. m., hora del Este. Ana respondió el lunes a las 9:50 a. m., hora del Este, "
                "después de 50 min: cumplido."
            ),
            "Primera respuesta, Impacto normal, Horario de atención, Standard Support, versión 1",
            "Tess escribió",
            "Ana respondió",
            "lun, 23 nov, 9:00 a. m. a 9:50 a. m.: cuenta: Horario de atención",
            "lun 9:00 a. m.",
            "vence: lun 1:00 p. m.",
            "terminó: lun 9:50 a. m.",
        ],
    ),
    (
        answered_late,
        "2026-11-24 10:00",
        "first_reply/1",
        [
            (
                "Prometimos una primera respuesta en 4 horas hábiles: a más tardar el lunes a la "
                "1:00 p. m., hora del Este. Ana respondió el martes a las 8:30 a. m., hora del Este, "
                "con 6 h 30 min de retraso (horas hábiles)."
            ),
            "Primera respuesta, Impacto normal, Horario de atención, Standard Support, versión 1",
            "Tess escribió",
            "Ana respondió",
            "lun, 23 nov, 9:00 a. m. a 1:00 p. m.: cuenta: Horario de atención",
            "lun, 23 nov, 1:00 p. m. a 7:00 p. m.: cuenta: Horario de atención",
            "lun, 23 nov, 7:00 p. m. a mar, 24 nov, 8:00 a. m.: cerrado",
            "mar, 24 nov, 8:00 a. m. a 8:30 a. m.: cuenta: Horario de atención",
            "vence: lun 1:00 p. m.",
            "terminó: mar 8:30 a. m.",
        ],
    ),
    (
        never_answered,
        "2027-01-05 13:30",
        "first_reply/1",
        [
            (
                "Prometimos una primera respuesta en 4 horas hábiles. El plazo venció el lunes 23 de "
                "noviembre de 2026 a la 1:00 p. m., hora del Este, y todavía no ha respondido nadie."
            ),
            "Primera respuesta, Impacto normal, Horario de atención, Standard Support, versión 1",
            "Tess escribió",
            "lun, 23 nov, 9:00 a. m. a 1:00 p. m.: cuenta: Horario de atención",
            "23 nov, 9:00 a. m.",
            "vence: 23 nov, 1:00 p. m.",
            "ahora: 5 ene 2027, 1:30 p. m.",
        ],
    ),
    (
        made_urgent,
        "2026-11-23 09:40",
        "first_reply/1",
        [
            (
                "Prometimos una primera respuesta en 15 min (24/7). El plazo venció el lunes a las "
                "9:15 a. m., hora del Este, y todavía no ha respondido nadie."
            ),
            (
                "El compromiso cambió mientras corría el plazo, por el impacto, las condiciones o el "
                "chat, y el plazo nuevo ya había pasado. Un compromiso no se incumple antes de "
                "hacerse. Hay retraso desde el lun, 23 nov, 9:30 a. m., hora del Este, no desde el "
                "lun, 23 nov, 9:15 a. m., hora del Este."
            ),
            "Primera respuesta, Impacto urgente, 24/7, Standard Support, versión 1",
            "Tess escribió",
            "lun, 23 nov, 9:00 a. m. a 9:15 a. m.: cuenta: 24/7",
            "lun 9:00 a. m.",
            "vence: lun 9:15 a. m.",
            "ahora: lun 9:40 a. m.",
        ],
    ),
    (
        paused,
        "2026-11-20 10:00",
        "resolution/1",
        [
            (
                "Prometimos una solución en 22 horas hábiles. El tiempo no corre desde el jueves a "
                "las 12:30 p. m., hora del Este, en pausa: esperamos su respuesta. Tiempo contado: "
                "30 min de 22 h."
            ),
            "Solución, Impacto normal, Horario de atención, Standard Support, versión 2",
            "Tess abrió la solicitud",
            "en pausa: esperamos su respuesta",
            "jue, 19 nov, 12:00 p. m. a 12:30 p. m.: cuenta: Horario de atención",
            "jue, 19 nov, 12:30 p. m. a vie, 20 nov, 10:00 a. m.: en pausa: esperamos su respuesta",
            "jue 12:00 p. m.",
            "ahora: vie 10:00 a. m.",
        ],
    ),
    (
        reopened,
        "2026-11-24 08:30",
        "first_reply/1",
        [
            (
                "Prometimos una primera respuesta en 4 horas hábiles. El plazo venció el lunes a la "
                "1:00 p. m., hora del Este, y todavía no ha respondido nadie."
            ),
            (
                "El plazo venció mientras la solicitud estaba resuelta, y después se volvió a abrir. "
                "Hay retraso desde el mar, 24 nov, 8:00 a. m., hora del Este, no desde el lun, 23 "
                "nov, 1:00 p. m., hora del Este."
            ),
            "Primera respuesta, Impacto normal, Horario de atención, Standard Support, versión 1",
            "Tess escribió",
            "lun, 23 nov, 9:00 a. m. a 1:00 p. m.: cuenta: Horario de atención",
            "lun 9:00 a. m.",
            "vence: lun 1:00 p. m.",
            "ahora: mar 8:30 a. m.",
        ],
    ),
    (
        solved,
        "2026-11-23 10:20",
        "periodic_update/1",
        [
            (
                "Prometimos un aviso cada 11 horas hábiles como máximo. Terminó el lunes a las 10:10 "
                "a. m., hora del Este, antes de vencer: Ana dio la solicitud por resuelta."
            ),
            "Aviso periódico, Impacto normal, Horario de atención, Standard Support, versión 1",
            "Ana respondió",
            "Ana dio la solicitud por resuelta",
            "lun, 23 nov, 9:50 a. m. a 10:10 a. m.: cuenta: Horario de atención",
            "lun 9:50 a. m.",
            "vence: mar 9:50 a. m.",
            "terminó: lun 10:10 a. m.",
        ],
    ),
    (
        moved_to_other_hours,
        "2026-11-23 18:10",
        "first_reply/1",
        [
            (
                "Prometimos una primera respuesta en 4 h (24/7): el plazo vence el lunes a las 9:00 "
                "p. m., hora del Este."
            ),
            "Primera respuesta, Impacto normal, 24/7, Standard Support, versión 2",
            "Tess escribió",
            "lun, 23 nov, 5:00 p. m. a 9:00 p. m.: cuenta: 24/7",
            "lun 5:00 p. m.",
            "vence: lun 9:00 p. m.",
            "ahora: lun 6:10 p. m.",
        ],
    ),
    (
        in_a_live_chat,
        "2026-11-23 09:04",
        "next_reply/1",
        [
            (
                "Prometimos la siguiente respuesta en 5 min de tiempo hábil: el plazo vence el lunes "
                "a las 9:08 a. m., hora del Este."
            ),
            "Siguiente respuesta, Impacto normal, Horario de atención, Standard Support, versión 1",
            "Siguiente respuesta, Chat en vivo, Horario de atención, Standard Support, versión 1",
            "Tess escribió",
            "lun, 23 nov, 9:03 a. m. a 9:08 a. m.: cuenta: Horario de atención",
            "lun 9:03 a. m.",
            "vence: lun 9:08 a. m.",
            "ahora: lun 9:04 a. m.",
        ],
    ),
]


@pytest.mark.parametrize(
    ("story", "when", "key", "expected"), STORIES, ids=[each[0].__name__ for each in STORIES]
)
def test_a_clock_is_explained_in_spanish(
    opened: Opened, town: Town, story: Story, when: str, key: str, expected: list[str]
) -> None:
    account = account_at(when, story(opened, town), audience=Audience.CUSTOMER, language="es")
    assert told(account, key) == expected


def test_what_happened_is_told_in_spanish(opened: Opened, town: Town) -> None:
    ticket = moved_to_other_hours(opened, town)
    with moved_to(at("2026-11-23 18:05")):
        reply(ticket, Words("On it"), by=town.ana)
        set_impact(ticket, "high", by=town.ana)
        set_state(ticket, "pending", by=town.ana)
    account = account_at(
        "2026-11-23 18:10", ticket, audience=Audience.CUSTOMER, language="es", dated=True
    )
    assert [event.words for event in account.events] == [
        "Tess escribió",
        "La solicitud pasó a Standard Support, versión 2",
        "Ana respondió",
        "Ana cambió el impacto de Normal a Alto",
        "Ana dejó la solicitud pendiente de respuesta",
    ]
    assert (
        "el lunes 23 de noviembre de 2026 a las 9:00" in one_of(account, "first_reply", 1).summary
    )


def test_who_ends_a_chat_goes_by_the_name_that_each_reader_hears(
    opened: Opened, town: Town
) -> None:
    ticket = opened("2026-11-23 09:00", channel=Channel.CHAT, live=True)
    with moved_to(at("2026-11-23 09:02")):
        make_ticket(ticket, category="support", impact="normal", by=town.ana)
    for audience, language, words in (
        (Audience.AGENT, "en", "Ana Alvarez made the chat a ticket"),
        (Audience.CUSTOMER, "en", "Ana made the chat a ticket"),
        (Audience.CUSTOMER, "es", "Ana convirtió el chat en una solicitud"),
    ):
        account = account_at("2026-11-23 09:03", ticket, audience=audience, language=language)
        assert account.events[-1].words == words
