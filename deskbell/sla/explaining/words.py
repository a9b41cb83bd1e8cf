"""What an explanation says, in Spanish. A sentence without its Spanish fails a test.

The English is the key: `say("{who} replied", who="Ana")`. A clock is “el plazo”, a ticket “la solicitud”.
"""

from __future__ import annotations

from deskbell.sla.spanish import IMPACTS, METRICS

# Reasons that the desk itself writes into a clock or an event. Of what a person wrote nothing is translated.
REASONS = {
    "paused: waiting for the customer": "en pausa: esperamos su respuesta",
    "paused: waiting for a vendor or another team": "en pausa: esperamos a un proveedor o a otro equipo",
    "paused: solved": "en pausa: la solicitud está resuelta",
    "the visitor has been gone for 10 minutes": "la persona lleva 10 minutos sin estar en el chat",
}
_CAUSES = {
    "Someone": "Alguien",
    "The desk": "El sistema",
    "{who} opened the ticket": "{who} abrió la solicitud",
    "The ticket was opened": "Se abrió la solicitud",
    "{who} called": "{who} llamó",
    "{who} wrote": "{who} escribió",
    "{who} replied": "{who} respondió",
    "{who} told everyone how the incident stands": "{who} informó a todos de cómo va el incidente",
    "{who} set the ticket to open": "{who} dejó la solicitud abierta",
    "{who} set the ticket to pending": "{who} dejó la solicitud pendiente de respuesta",
    "{who} set the ticket to waiting": "{who} dejó la solicitud en espera",
    "{who} set the ticket to solved": "{who} dio la solicitud por resuelta",
    "{who} set the ticket to closed": "{who} cerró la solicitud",
    "{who} changed the impact from {was} to {to}": "{who} cambió el impacto de {was} a {to}",
    "The ticket was moved to {name}": "La solicitud pasó a {name}",
    "{who} opened the chat": "{who} abrió el chat",
    "{who} made the chat a ticket": "{who} convirtió el chat en una solicitud",
    "The live chat ended": "El chat en vivo terminó",
    "The ticket was merged into {number}": "La solicitud se unió a {number}",
    "The ticket was merged into another one": "La solicitud se unió a otra",
    "{number} was merged into this one": "{number} se unió a esta",
    "Another ticket was merged into this one": "Otra solicitud se unió a esta",
    "Messages were moved to {number}": "Algunos mensajes pasaron a {number}",
    "Messages were moved to a ticket of their own": "Algunos mensajes pasaron a una solicitud propia",
    "The messages were moved here from {number}": "Los mensajes pasaron aquí desde {number}",
    "The messages were moved here from another ticket": "Los mensajes pasaron aquí desde otra solicitud",
    "The messages were put back into {number}": "Los mensajes volvieron a {number}",
    "The messages were put back into the other ticket": "Los mensajes volvieron a la otra solicitud",
    "{who} escalated it to {name}": "{who} la escaló a {name}",
    "{name} took it over, by {who}": "{name} se hizo cargo, por medio de {who}",
    "{who} took it back from {name}": "{who} la retiró de {name}",
    "{who} marked it as spam": "{who} la marcó como correo no deseado",
    "{who} deleted it": "{who} la eliminó",
    "{who} brought it back": "{who} la recuperó",
    "a monitor": "un monitor",
    "The alarm came in from {source}": "La alarma llegó de {source}",
    "The source said that it is over": "La fuente avisó de que terminó",
    "The alarm was held until its hours open": "La alarma quedó retenida hasta que abra su horario",
    "{who} acknowledged the alarm": "{who} atendió la alarma",
}
_SENTENCES = {
    "We promised a first reply within {span}": "Prometimos una primera respuesta en {span}",
    "We promised the next reply within {span}": "Prometimos la siguiente respuesta en {span}",
    "We promised an update within {span} of the last one": (
        "Prometimos un aviso cada {span} como máximo"
    ),
    "We promised a solution within {span}": "Prometimos una solución en {span}",
    "A person was to acknowledge the alarm within {span}": (
        "Una persona debía atender la alarma en {span}"
    ),
    "{about} was to take over within {span}": "{about} debía hacerse cargo en {span}",
    "1 business hour": "1 hora hábil",
    "{count} business hours": "{count} horas hábiles",
    "{amount} of business hours": "{amount} de tiempo hábil",
    "business hours": "horas hábiles",
    "{day} {hour} {zone}": "el {day} a {hour}, {zone}",
    "{what}: due {instant}.": "{what}: el plazo vence {instant}.",
    "{promise}, so by {instant}.": "{promise}: a más tardar {instant}.",
    "Counting begins on {day} at {hour}": "El tiempo empieza a contar el {day} a {hour}",
    "{amount} counted on {day} until {hour}, the rest from {next_hour} on {next_day}{holidays}": (
        "Una parte ({amount}) contó el {day} hasta {hour}, y el resto desde {next_hour} del "
        "{next_day}{holidays}"
    ),
    "{amount} count on {day} until {hour}, the rest from {next_hour} on {next_day}{holidays}": (
        "Una parte ({amount}) cuenta el {day} hasta {hour}, y el resto desde {next_hour} del "
        "{next_day}{holidays}"
    ),
    "The hours counted on {count} days from {first} to {last}{holidays}": (
        "Las horas contaron en {count} días, del {first} al {last}{holidays}"
    ),
    "The hours count on {count} days from {first} to {last}{holidays}": (
        "Las horas cuentan en {count} días, del {first} al {last}{holidays}"
    ),
    ", without {name}": ", sin contar los días cerrados ({name})",
    ", without {name} and {other}": ", sin contar los días cerrados ({name}, {other})",
    ", without {name} and {other} and more": ", sin contar los días cerrados ({name}, {other} y más)",
    "It stands still since {instant}, {reason}. {counted} of {target} have counted.": (
        "El tiempo no corre desde {instant}, {reason}. Tiempo contado: {counted} de {target}."
    ),
    "It ended {instant}, before it was due.": "Terminó {instant}, antes de vencer.",
    "It ended {instant}, before it was due: {why}.": "Terminó {instant}, antes de vencer: {why}.",
    "It was done": "Se hizo",
    "{what} {instant}, after {amount}: kept.": "{what} {instant}, después de {amount}: cumplido.",
    "{what} {instant}, late by {amount}.": "{what} {instant}, con {amount} de retraso.",
    "{what} {instant}, late by {amount} of {hours}.": (
        "{what} {instant}, con {amount} de retraso ({hours})."
    ),
    "It was due {instant}, and nobody has replied yet.": (
        "El plazo venció {instant}, y todavía no ha respondido nadie."
    ),
    "It was due {instant}, and there has been none yet.": (
        "El plazo venció {instant}, y todavía no ha habido ninguno."
    ),
    "It was due {instant}, and it is not solved yet.": (
        "El plazo venció {instant}, y todavía no está resuelto."
    ),
    "It was due {instant}, and nobody has acknowledged it yet.": (
        "El plazo venció {instant}, y todavía no la ha atendido nadie."
    ),
    "It was due {instant}, and nobody has taken over yet.": (
        "El plazo venció {instant}, y todavía no se ha hecho cargo nadie."
    ),
    "{policy}, version {number}": "{policy}, versión {number}",
    "Urgent impact": "Impacto urgente",
    "High impact": "Impacto alto",
    "Normal impact": "Impacto normal",
    "Low impact": "Impacto bajo",
    "Live chat": "Chat en vivo",
    "Alarm": "Alarma",
    "running": "en curso",
    "due soon": "vence pronto",
    "late": "con retraso",
    "kept": "cumplido",
    "ended late": "terminó con retraso",
    "no longer needed": "ya no hace falta",
    "A vendor": "Un proveedor",
    "Tier {number}": "Nivel {number}",
}
_MARKS = {
    "It is late from {breached}, not from {due}.": (
        "Hay retraso desde el {breached}, no desde el {due}."
    ),
    "The promise changed while the clock ran, with the impact, the policy or the chat, and the "
    "new one had already passed. A promise is never broken before it is made.": (
        "El compromiso cambió mientras corría el plazo, por el impacto, las condiciones o el chat, y el "
        "plazo nuevo ya había pasado. Un compromiso no se incumple antes de hacerse."
    ),
    "The message was held back as suspicious, and it was already late when a person let it "
    "through. Time counts from when it arrived.": (
        "El mensaje quedó retenido por sospechoso, y ya iba con retraso cuando una persona lo dejó pasar. "
        "El tiempo cuenta desde que llegó."
    ),
    "Another ticket was merged into this one, and its older message was already late by then.": (
        "Otra solicitud se unió a esta, y su mensaje, más antiguo, ya iba con retraso."
    ),
    "The message was already late when it was split off into this ticket. Time counts from "
    "when it arrived.": (
        "El mensaje ya iba con retraso cuando se separó en esta solicitud. El tiempo cuenta desde que llegó."
    ),
    "The due instant passed while the ticket was solved, and then it was reopened.": (
        "El plazo venció mientras la solicitud estaba resuelta, y después se volvió a abrir."
    ),
    "The due instant passed while the ticket was set aside, and then it was brought back.": (
        "El plazo venció mientras la solicitud estaba apartada, y después se recuperó."
    ),
    "The ticket was merged into another one, whose clocks go on.": (
        "La solicitud se unió a otra, cuyos plazos siguen corriendo."
    ),
    "The messages that it counted were moved to another ticket, whose clock goes on.": (
        "Los mensajes que contaban pasaron a otra solicitud, cuyo plazo sigue corriendo."
    ),
    "The ticket was solved without an answer to the last message. If it is reopened, this "
    "clock goes on from its start.": (
        "La solicitud se dio por resuelta sin contestar el último mensaje. Si se vuelve a abrir, este plazo "
        "sigue contando desde su comienzo."
    ),
    "The alarm ended by itself, or was held, before anyone had to acknowledge it.": (
        "La alarma terminó sola, o quedó retenida, antes de que alguien tuviera que atenderla."
    ),
    "The ticket was marked as spam. If it is none, this clock goes on from its start.": (
        "La solicitud se marcó como correo no deseado. Si no lo es, este plazo sigue contando desde su "
        "comienzo."
    ),
    "The ticket was deleted. If it is restored, this clock goes on from its start.": (
        "La solicitud se eliminó. Si se recupera, este plazo sigue contando desde su comienzo."
    ),
    "It was handed on to another tier before this one took it.": (
        "Pasó a otro nivel antes de que este la tomara."
    ),
    "It was handed back before anyone there took it.": "Se devolvió antes de que alguien de allí la tomara.",
}
_SPANS = {
    "covered by {hours}": "cuenta: {hours}",
    "closed": "cerrado",
    "closed: {names}": "cerrado: {names}",
    "paused: waiting for {whom}": "en pausa: esperamos a {whom}",
    "{count} more days": "{count} días más",
    "paused": "en pausa",
    "not used": "sin usar",
    "{when}": "{when}",
    "due {when}": "vence: {when}",
    "now, {when}": "ahora: {when}",
    "ended {when}": "terminó: {when}",
}
_PAGE = {
    # the tags
    "Running": "En curso",
    "Due soon": "Vence pronto",
    "Late": "Con retraso",
    "Paused": "En pausa",
    "Kept": "Cumplido",
    "Ended late": "Terminó con retraso",
    "No longer needed": "Ya no hace falta",
    # the bar
    "Counted": "Contado",
    "Still ahead": "Por contar",
    "Not used": "Sin usar",
    "Closed, drawn shorter": "Cerrado (dibujado más corto)",
    "Paused, drawn shorter": "En pausa (dibujado más corto)",
    "{span}: counted": "{span}: contado",
    "{span}: will count": "{span}: contará",
    "{span}: late": "{span}: con retraso",
    "{span}: was not needed": "{span}: no hizo falta",
    "{span}: closed, does not count": "{span}: cerrado, no cuenta",
    "{span}: paused, does not count": "{span}: en pausa, no cuenta",
    # the facts
    "How this came about": "Cómo se calculó",
    "Promise": "Compromiso",
    "And also": "Y además",
    "{line}: {target} of {hours}, by {version}": "{line}: {target} ({hours}), según {version}",
    "alone due {instant}": "por sí solo vence {instant}",
    "{what}: the earlier one, so it counts": "{what}: vence antes, así que es el que cuenta",
    "Began": "Comenzó",
    "Warns": "Avisa",
    "Due": "Vence",
    "Not while it is paused": "No vence mientras está en pausa",
    "since {instant}": "desde el {instant}",
    "Late from": "Con retraso desde",
    "Ended": "Terminó",
    "{counted} of {target}": "{counted} de {target}",
    "{counted} so far, of {target}": "{counted} hasta ahora, de {target}",
    "; {amount} of it late": "; de ello, {amount} con retraso",
    # the spans
    "How the time is counted": "Cómo se cuenta el tiempo",
    "All times are {zone}.": "Zona horaria: {zone}.",
    "All times are {zone}; the zone of {hours} is {other}.": (
        "Zona horaria: {zone}. La de «{hours}»: {other}."
    ),
    "Times are {zone}; below them the same in {other}, the zone of {hours}.": (
        "Zona horaria: {zone}. Debajo, lo mismo en la de «{hours}»: {other}."
    ),
    "When": "Cuándo",
    "Why": "Por qué",
    "Counts": "Cuenta",
    "In all": "En total",
    "In all: ": "En total: ",
    "Nothing counted": "No cuenta nada",
    "{why}, after it was due": "{why}, después de vencer",
    "{days}: + {counted}, {total} in all": "{days}: + {counted}, {total} en total",
}
ES = {**METRICS, **IMPACTS, **_CAUSES, **_SENTENCES, **_MARKS, **_SPANS, **_PAGE}
