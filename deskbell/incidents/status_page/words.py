"""What the page says, in English and in Spanish. A sentence without its Spanish fails a test.

The English is the key: `t("History")`, `t("{percent} % uptime", percent="99.9")`.
"""

from __future__ import annotations

from deskbell.incidents import languages
from deskbell.look.languages import Say
from deskbell.look.languages import speaker as speaker_of
from deskbell.monitoring.models import Component

State = Component.State

STATES = {
    **languages.STATES,
    State.MAINTENANCE: "In maintenance",
    State.UNKNOWN: "Not known at the moment",
    State.NOT_WATCHED: "No known problems",
}
SEVERITIES = {"critical": "Critical", "major": "Major", "minor": "Minor"}
WINDOWS = {
    "planned": "Planned",
    "active": "In progress",
    "over": "Completed",
    "cancelled": "Cancelled",
}
HEADLINES = {
    "well": "All systems operational",
    State.DEGRADED: "Some systems are slower than usual",
    State.PARTIAL_OUTAGE: "Some systems are partly down",
    State.MAJOR_OUTAGE: "Some systems are down",
    "all_down": "All systems are down",
    State.MAINTENANCE: "Maintenance is in progress",
    State.UNKNOWN: "We can’t tell how some systems are at the moment",
    "incident": "We are looking into a problem",
    "empty": "Nothing is listed here yet",
}

ES = {
    **languages.ES,
    "Next update by": "Próximo aviso antes del",
    "All systems operational": "Todos los sistemas funcionan",
    "Some systems are slower than usual": "Algunos sistemas van más lentos de lo normal",
    "Some systems are partly down": "Algunos sistemas fallan en parte",
    "Some systems are down": "Algunos sistemas no funcionan",
    "All systems are down": "Ningún sistema funciona",
    "Maintenance is in progress": "Hay un mantenimiento en curso",
    "We can’t tell how some systems are at the moment": (
        "Ahora mismo no sabemos cómo están algunos sistemas"
    ),
    "We are looking into a problem": "Estamos investigando un problema",
    "Nothing is listed here yet": "Aún no hay nada en esta página",
    "In maintenance": "En mantenimiento",
    "Not known at the moment": "No se sabe por ahora",
    "No known problems": "Sin problemas conocidos",
    "Critical": "Crítico",
    "Major": "Grave",
    "Minor": "Leve",
    "Planned": "Previsto",
    "In progress": "En curso",
    "Completed": "Terminado",
    "Cancelled": "Cancelado",
    "{desk} status": "Estado de {desk}",
    "{title} · {desk} status": "{title} · Estado de {desk}",
    "Skip to the content": "Ir al contenido",
    "Status": "Estado",
    "Languages": "Idiomas",
    "Pages": "Páginas",
    "History": "Historial",
    "Uptime": "Disponibilidad",
    "Subscribe to updates": "Recibir avisos",
    "For {district}": "Para {district}",
    "This page is for your district alone. Whoever has its address can read it.": (
        "Esta página es solo para su distrito. Quien tenga la dirección puede leerla."
    ),
    "What is happening now": "Qué ocurre ahora",
    "Maintenance": "Mantenimiento",
    "Systems": "Sistemas",
    "Last updated": "Actualizado",
    "This page has not been renewed since": "Esta página no se renueva desde el",
    "What it says may be out of date.": "Lo que dice puede haber cambiado.",
    "There is something new.": "Hay novedades.",
    "Show it": "Mostrarlas",
    "Affects": "Afecta a",
    "Since": "Desde el",
    "All updates": "Todos los avisos",
    "to": "hasta el",
    "90 days ago": "hace 90 días",
    "60 days ago": "hace 60 días",
    "30 days ago": "hace 30 días",
    "Today": "Hoy",
    "{percent} % uptime": "{percent} % disponible",
    "{percent} % in 90 days": "{percent} % en 90 días",
    "No data yet": "Aún sin datos",
    "In the last 90 days: {percent} % uptime.": (
        "En los últimos 90 días: {percent} % de disponibilidad."
    ),
    "1 day with trouble": "1 día con problemas",
    "{count} days with trouble": "{count} días con problemas",
    "No trouble": "Sin problemas",
    "Day": "Día",
    "What happened": "Qué pasó",
    "How long": "Cuánto tiempo",
    "Nothing was known": "No se sabe",
    "Not there yet": "Aún no existía",
    "Planned maintenance": "Mantenimiento previsto",
    "Recently": "Últimos días",
    "Nothing happened in the last 14 days.": "No ha pasado nada en los últimos 14 días.",
    "Whole history": "Todo el historial",
    "{month}: what happened": "{month}: qué pasó",
    "Nothing happened in this month.": "En este mes no pasó nada.",
    "Months": "Meses",
    "{severity} incident": "Incidencia: {severity}",
    "Started": "Comenzó",
    "Ended": "Terminó",
    "Lasted": "Duró",
    "Updates": "Avisos",
    "What we learned": "Qué hemos aprendido",
    "Impact": "Consecuencias",
    "Causes": "Causas",
    "What we do about it": "Qué hacemos al respecto",
    "Published": "Publicado",
    "Starts": "Empieza",
    "Ends": "Termina",
    "Add it to your calendar": "Añadirlo a su calendario",
    "Uptime by month": "Disponibilidad por mes",
    "Month": "Mes",
    "All systems": "Todos los sistemas",
    "Target": "Objetivo",
    "Downtime": "Tiempo de inactividad",
    "Met or missed": "Cumplido o no",
    "Met": "Cumplido",
    "Missed": "No cumplido",
    "so far": "hasta ahora",
    "Target: {target} % in each month.": "Objetivo: {target} % en cada mes.",
    "Your contract promises {target} % in each month.": (
        "Su contrato promete {target} % en cada mes."
    ),
    "{system} by month": "{system} por mes",
    "How this is counted": "Cómo se calcula",
    "At each instant the worse of two things counts: what our monitoring saw, and what we told you in an "
    "incident. An incident counts from its start, not from when we told you.": (
        "En cada momento cuenta lo peor de dos cosas: lo que vio nuestra supervisión y lo que le dijimos en "
        "una incidencia. Una incidencia cuenta desde que empezó, no desde que avisamos."
    ),
    "A major outage is downtime in full, a partial outage by three tenths. Slowness is shown, and is no "
    "downtime.": (
        "Una interrupción grave cuenta entera como inactividad; una parcial, por tres décimas partes. La "
        "lentitud se muestra, pero no es inactividad."
    ),
    "Planned maintenance is left out: neither up nor down.": (
        "El mantenimiento previsto no cuenta ni como disponible ni como inactivo."
    ),
    "Planned maintenance counts as downtime, as your contract says.": (
        "El mantenimiento previsto cuenta como inactividad, según su contrato."
    ),
    "While nobody could know, time is left out. What nothing watches counts as up unless an incident says "
    "otherwise.": (
        "El tiempo en que no se podía saber no cuenta. Lo que nada vigila cuenta como disponible, salvo que "
        "una incidencia diga otra cosa."
    ),
    "Days and months are those of {zone}. A system counts from the moment it began.": (
        "Los días y los meses son los de la {zone}. Un sistema cuenta desde que empezó."
    ),
    "Of several systems: their downtime out of their time. Nothing is rounded up.": (
        "De varios sistemas: su tiempo inactivo entre todo su tiempo. Nada se redondea hacia arriba."
    ),
    "Nothing at this address": "No hay nada en esta dirección",
    "The page may have moved, or the link is no longer valid.": (
        "La página puede haber cambiado de sitio, o el enlace ya no es válido."
    ),
    "To the status page": "Ir a la página de estado",
    "Feeds and data": "Canales y datos",
    "Calendar of maintenance": "Calendario de mantenimiento",
    "Times are in {zone}.": "Las horas se dan en {zone}.",
    "Times are in your own time zone.": "Las horas son de su zona horaria.",
}


def speaker(language: str) -> Say:
    """The function `t` of templates in this language."""
    return speaker_of(language, ES)
