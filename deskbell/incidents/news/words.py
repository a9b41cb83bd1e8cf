"""What subscribers read, in English and in Spanish. A sentence without its Spanish fails a test.

The English is the key: `say("es", "Planned")`, `say("es", "Every {count} days", count=3)`.
"""

from __future__ import annotations

from deskbell.incidents import languages
from deskbell.incidents.languages import LANGUAGES
from deskbell.look.dates import ZONES_IN_SPANISH
from deskbell.look.words import ZONE_NAMES

# The zones that are offered; whoever is elsewhere reads the desk's.
ZONES = {
    name: ZONE_NAMES[name]
    for name in (
        "America/New_York",
        "America/Chicago",
        "America/Denver",
        "America/Phoenix",
        "America/Los_Angeles",
        "America/Anchorage",
        "Pacific/Honolulu",
        "America/Puerto_Rico",
    )
}
NOTICES = {
    "announced": "Maintenance planned",
    "reminder": "Maintenance soon",
    "changed": "Maintenance changed",
    "started": "Maintenance in progress",
    "ended": "Maintenance completed",
    "cancelled": "Maintenance cancelled",
}
ES = {
    **languages.ES,
    **ZONES_IN_SPANISH,
    "Next update by": "Próximo aviso antes de",
    "Maintenance planned": "Mantenimiento previsto",
    "Maintenance soon": "Mantenimiento próximo",
    "Maintenance changed": "Cambio de mantenimiento",
    "Maintenance in progress": "Mantenimiento en curso",
    "Maintenance completed": "Mantenimiento terminado",
    "Maintenance cancelled": "Mantenimiento cancelado",
    "Affected": "Afectado",
    "When": "Cuándo",
    "Open the status page": "Abrir la página de estado",
    "What you hear about, or no more mails": "De qué le avisamos, o no recibir más correos",
    "You get this because you subscribed to the status of {desk}.": (
        "Recibe este correo porque se suscribió al estado de {desk}."
    ),
    "the status of {desk}": "el estado de {desk}",
    "Confirm that you want news of {desk}": "Confirme que quiere noticias de {desk}",
    "Someone asked that {address} hears when something breaks, or is planned, at {desk}.": (
        "Alguien pidió que {address} reciba noticias cuando algo falle, o se prevea, en {desk}."
    ),
    "If it was you, confirm it:": "Si fue usted, confírmelo:",
    "Confirm": "Confirmar",
    "If it wasn’t, do nothing: you will get no news. The link works for three days.": (
        "Si no fue usted, no haga nada: no recibirá noticias. El enlace vale durante tres días."
    ),
    "You hear from {desk} already": "Ya recibe noticias de {desk}",
    "Someone asked that {address} hears from the status page of {desk}. It does already.": (
        "Alguien pidió que {address} reciba noticias de la página de estado de {desk}. Ya las recibe."
    ),
    "Change what you hear about, or end it:": "Cambie de qué le avisamos, o termínelo:",
    "Change it": "Cambiarlo",
    "News of the status of {desk} will come here": "Aquí llegarán noticias del estado de {desk}",
    "Whoever set this up opens the link within three days. Otherwise nothing more comes.": (
        "Quien lo pidió abre el enlace en tres días. Si no, no llegará nada más."
    ),
    "Subscribe": "Suscribirse",
    "Status of {desk}": "Estado de {desk}",
    "Hear when something breaks, how it goes on, and what is planned.": (
        "Reciba noticias cuando algo falle, cómo sigue, y qué está previsto."
    ),
    "This is about {district}.": "Se trata de {district}.",
    "How": "Cómo",
    "Your e-mail address": "Su dirección de correo",
    "Address": "Dirección",
    "Webhook, Slack or Microsoft Teams": "Webhook, Slack o Microsoft Teams",
    "Of your program, of Slack’s incoming webhooks, or of a workflow of Teams.": (
        "De su programa, de los webhooks entrantes de Slack, o de un flujo de trabajo de Teams."
    ),
    "Change what you hear about, or end it": "Cambiar de qué le avisamos, o terminarlo",
    "What you hear about": "De qué le avisamos",
    "Choose none to hear about everything.": "No elija nada para recibir noticias de todo.",
    "Language": "Idioma",
    "Times": "Horas",
    "By the clock of the desk": "Según el reloj del servicio",
    "Look into your mailbox": "Mire su buzón",
    "If that address can be subscribed, a mail with a link to confirm it is on its way. "
    "The link works for three days.": (
        "Si esa dirección puede suscribirse, un correo con un enlace para confirmarlo está en camino. "
        "El enlace vale durante tres días."
    ),
    "Look where the messages arrive": "Mire donde llegan los mensajes",
    "A message with a link to confirm it is on its way there. The link works for three days.": (
        "Un mensaje con un enlace para confirmarlo está en camino. El enlace vale durante tres días."
    ),
    "Subscribe {address} to the status of {desk}?": "¿Suscribir {address} al estado de {desk}?",
    "Yes, subscribe": "Sí, suscribir",
    "You are subscribed": "Está suscrito",
    "{address} hears about the status of {desk}.": "{address} recibe noticias del estado de {desk}.",
    "Your signing secret": "Su secreto de firma",
    "Keep it now: it is shown this once. Each message is signed with it, by the Standard Webhooks rules.": (
        "Guárdelo ahora: solo se muestra esta vez. Cada mensaje se firma con él, "
        "según las reglas de Standard Webhooks."
    ),
    "Save": "Guardar",
    "Saved.": "Guardado.",
    "Unsubscribe": "Cancelar la suscripción",
    "You are not subscribed": "No está suscrito",
    "{address} hears nothing more about the status of {desk}.": (
        "{address} ya no recibe noticias del estado de {desk}."
    ),
    "Subscribe again": "Suscribirse de nuevo",
    "This link is too old, or incomplete. Ask for a new one.": (
        "Este enlace es demasiado antiguo o está incompleto. Pida uno nuevo."
    ),
    "“{address}” is no mail address. Write it like name@school.org.": (
        "«{address}» no es una dirección de correo. Escríbala como nombre@escuela.org."
    ),
    "Too many were asked for from your network. Try again in an hour.": (
        "Se pidieron demasiadas desde su red. Inténtelo de nuevo dentro de una hora."
    ),
    "Very many are subscribing just now. Please try again in an hour.": (
        "En este momento se suscriben muchas personas. Inténtelo de nuevo dentro de una hora."
    ),
    "Too many addresses of that host were asked for. Try again in an hour.": (
        "Se pidieron demasiadas direcciones de ese servidor. Inténtelo de nuevo dentro de una hora."
    ),
    "Choose e-mail, webhook, Slack or Teams.": "Elija correo, webhook, Slack o Teams.",
    "It is over.": "Ha terminado.",
    "It goes on for some districts alone. You hear when it is over.": (
        "Continúa solo para algunos distritos. Le avisaremos cuando termine."
    ),
    "This private page has a new address, or is there no more. Ask at your district for the "
    "address, and subscribe there.": (
        "Esta página privada tiene otra dirección, o ya no existe. Pida la dirección en su distrito, "
        "y suscríbase allí."
    ),
    "There is no such private page, or its link is incomplete.": (
        "No existe tal página privada, o su enlace está incompleto."
    ),
}


def say(language: str, english: str, **values: object) -> str:
    """The sentence in this language, filled in; English where there is no other."""
    text = ES.get(english, english) if language == "es" else english
    return text.format(**values) if values else text


def known(language: str) -> str:
    """The language if it is one of ours, else English."""
    return language if language in LANGUAGES else "en"
