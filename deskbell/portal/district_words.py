"""What the pages of a district say in Spanish: its status, its figures, its people. See `words.py`."""

from __future__ import annotations

from deskbell.incidents.languages import ES as SAID_OF_STATUS
from deskbell.incidents.languages import PHASES

PHASES_IN_SPANISH = {each: SAID_OF_STATUS[each] for each in PHASES.values()}  # one thing, one name

ES = {
    **PHASES_IN_SPANISH,
    # what concerns them
    "Status": "Estado",
    "What goes on": "Qué sucede ahora",
    "We know of no trouble that concerns you.": "No conocemos ningún problema que le afecte.",
    "We know, and work on it. See the updates": "Lo sabemos y trabajamos en ello. Vea los avisos",
    "since {moment}": "desde {moment}",
    "over {moment}": "terminó {moment}",
    "Your requests about it": "Sus solicitudes sobre esto",
    "Maintenance": "Mantenimiento",
    "In progress": "En curso",
    "Planned": "Previsto",
    "{start} to {end}": "{start} a {end}",
    "Over, in the last 30 days": "Terminado, en los últimos 30 días",
    "Hear of it": "Entérese",
    "On the status page you see how everything is, and subscribe by mail to hear of each update.": (
        "En la página de estado ve cómo está todo y se suscribe por correo para enterarse de cada aviso."
    ),
    "Status page of {district}": "Página de estado de {district}",
    "To the status page": "A la página de estado",
    # their figures
    "Figures": "Cifras",
    "Month": "Mes",
    "Show": "Mostrar",
    "Together": "En total",
    "Promise": "Compromiso",
    "Kept": "Cumplido",
    "Missed": "No cumplido",
    "Not decided yet": "Aún sin decidir",
    "Share kept": "Parte cumplida",
    "A promise counts the time that it covers alone, such as business hours, and is of the month in which it "
    "began. It is kept if a person answered before its end. How each came about stands with its request.": (
        "Un compromiso cuenta solo el tiempo que abarca, como el horario de atención, y es del mes en que "
        "empezó. Se cumple si una persona respondió antes de su fin. Cómo se calculó está en su solicitud."
    ),
    "Save all promises of the month as a table (CSV)": (
        "Guardar todos los compromisos del mes en una tabla (CSV)"
    ),
    "Nothing was promised in this month.": "En este mes no se prometió nada.",
    "Uptime for {district}": "Disponibilidad para {district}",
    "Part": "Parte",
    "Uptime": "Disponibilidad",
    "Promised are {target} %: kept.": "Se promete {target} %: cumplido.",
    "Promised are {target} %: missed.": "Se promete {target} %: no cumplido.",
    "A major outage counts in full, a partial one by three tenths, time of which nothing was known not.": (
        "Una interrupción grave cuenta entera, una parcial por tres décimos; no el tiempo del que no se "
        "sabía nada."
    ),
    "There are no figures of that month.": "No hay cifras de ese mes.",
    "within {time} of covered time, from {moment}": (
        "en {time} de horario de atención, desde {moment}"
    ),
    "done {moment}": "hecho {moment}",
    "late by {time} of covered time": "con {time} de retraso en horario de atención",
    "The newest 200. The table holds all promises.": (
        "Las 200 más recientes. La tabla contiene todos los compromisos."
    ),
    "Covered time": "Horario contado",
    "Began": "Empezó",
    "Due": "Plazo",
    "Done": "Hecho",
    "Outcome": "Resultado",
    "Late by": "Retraso",
    # their people
    "People": "Personas",
    "Owners see every request and look after the people. Editors see all but billing, viewers too and can’t "
    "write. In a school each of them sees that school’s.": (
        "Los responsables ven todas las solicitudes y atienden a las personas. Los editores ven todo menos "
        "la facturación; los lectores también, pero no escriben. En una escuela, cada quien ve lo de esa "
        "escuela."
    ),
    "Who has a place": "Quién tiene un lugar",
    "The whole district": "Todo el distrito",
    "Owner": "Responsable",
    "Editor": "Editor",
    "Viewer": "Lector",
    "Own requests": "Solo sus solicitudes",
    "you": "usted",
    "Role of {name}": "Rol de {name}",
    "Place of {name}": "Lugar de {name}",
    "Change": "Cambiar",
    "Remove": "Quitar",
    "Undo": "Deshacer",
    "Invite": "Invitar",
    "Invite someone": "Invitar a alguien",
    "Name": "Nombre",
    "Role": "Rol",
    "Place": "Lugar",
    "They get a mail with a link that signs them in. Who has a place already gets it again.": (
        "Recibe un correo con un enlace para entrar. Quien ya tiene un lugar lo recibe otra vez."
    ),
    "What was changed lately": "Cambios recientes",
    "Someone": "Alguien",
    "{by} removed {name}": "{by} quitó a {name}",
    "{by} gave {name} a place: {role}, {place}": "{by} dio un lugar a {name}: {role}, {place}",
    "{by} changed the place of {name}: {role}, {place}": (
        "{by} cambió el lugar de {name}: {role}, {place}"
    ),
    "There is no such page, or none that you may see.": (
        "No existe esa página, o no es una que usted pueda ver."
    ),
    "Give the mail address, like name@school.org.": (
        "Dé la dirección de correo, como nombre@escuela.org."
    ),
    "Choose a role: owner, editor, viewer or own requests.": (
        "Elija un rol: responsable, editor, lector o solo sus solicitudes."
    ),
    "Choose a school of this district.": "Elija una escuela de este distrito.",
    "Whoever has this address is of the team, and needs no place in a district.": (
        "Quien tiene esa dirección es de nuestro equipo y no necesita un lugar en un distrito."
    ),
    "There is no such person in this district.": "No existe esa persona en este distrito.",
    "There is no such change in this district.": "No existe ese cambio en este distrito.",
    "Their place was changed again since, so this can’t be undone any more.": (
        "Su lugar se cambió otra vez desde entonces, así que esto ya no se puede deshacer."
    ),
    "They are the last owner there. Make somebody else an owner first.": (
        "Es el último responsable ahí. Nombre antes a otra persona."
    ),
    "They have another place in this district. Its owner can change it.": (
        "Ya tiene otro lugar en este distrito. El responsable puede cambiarlo."
    ),
    "This address belongs to another district. Write to us if they should see your requests.": (
        "Esa dirección es de otro distrito. Escríbanos si esa persona debe ver sus solicitudes."
    ),
    "That were a great many changes for one day. Go on tomorrow, or write to us.": (
        "Son muchos cambios para un día. Siga mañana, o escríbanos."
    ),
    "Choose a place that you look after.": "Elija un lugar que esté a su cargo.",
}
