"""What the support promise says, in English and in Spanish; the desk's own words for what was promised.

The English is the key. A sentence without its Spanish fails a test.
"""

from __future__ import annotations

from deskbell.sla import spanish
from deskbell.sla.core import Metric
from deskbell.tickets.impacts import Impact

METRICS = {
    Metric.FIRST_REPLY: (
        "First reply",
        "From your first words until a person answers. An automatic receipt does not count.",
    ),
    Metric.NEXT_REPLY: (
        "Next reply",
        "From the oldest of your messages that is still unanswered until a person answers it. It begins anew "
        "with each round.",
    ),
    Metric.PERIODIC_UPDATE: (
        "Update",
        "While we are at work on your request, you hear from us at least this often, even if there is "
        "nothing new. It rests while we wait for you.",
    ),
    Metric.ACKNOWLEDGE: (
        "Alert acknowledged",
        "From the moment our monitoring raises an alert until a person has taken it in hand.",
    ),
}
DEFINITIONS = {impact: Impact(impact).definition for impact in Impact.values}
WEEKDAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
COVERAGES = {
    "24/7": "24/7, day and night",
    "24/5": "24/5, on weekdays",
    "Business hours": "Business hours",
}
INCLUDED = (
    (
        "Implementation guidance",
        "We plan the start with you, bring rosters and sign-in in, test your network, and go through a "
        "checklist until your first class works.",
    ),
    (
        "Technical escalation",
        "What the first line can’t solve goes to our engineers, and on to the vendor where it is theirs. You "
        "keep one request and one person.",
    ),
    (
        "Billing support",
        "Questions about invoices, purchase orders and licenses, for the owners of a district.",
    ),
)
ES = {
    **spanish.HOLIDAYS,
    **spanish.IMPACTS,
    **{name: spanish.METRICS[name] for name in ("First reply", "Next reply", "Update")},
    "Business hours": spanish.COVERAGES["Business hours"],
    METRICS[Metric.FIRST_REPLY][1]: (
        "Desde sus primeras palabras hasta que responde una persona. Un acuse automático no cuenta."
    ),
    METRICS[Metric.NEXT_REPLY][1]: (
        "Desde el más antiguo de sus mensajes sin contestar hasta que una persona lo contesta. Empieza de "
        "nuevo en cada ronda."
    ),
    METRICS[Metric.PERIODIC_UPDATE][1]: (
        "Mientras trabajamos en su solicitud, sabrá de nosotros al menos con esta frecuencia, aunque no haya "
        "novedades. Se detiene mientras esperamos su respuesta."
    ),
    "Alert acknowledged": "Alerta atendida",
    METRICS[Metric.ACKNOWLEDGE][1]: (
        "Desde que nuestra supervisión da una alerta hasta que una persona se hace cargo."
    ),
    DEFINITIONS["urgent"]: (
        "El servicio no funciona, o tan mal que nadie puede usarlo. Los estudiantes no pueden trabajar: es "
        "una emergencia para la escuela."
    ),
    DEFINITIONS["high"]: (
        "Falla una función importante y muchos estudiantes no pueden seguir trabajando. El servicio se puede "
        "usar, pero apenas, y no hay una buena forma de evitar el problema."
    ),
    DEFINITIONS["normal"]: (
        "Varios estudiantes lo notan: falla una función menor o todo va algo lento. Hay una forma cómoda de "
        "evitarlo y las clases continúan."
    ),
    DEFINITIONS["low"]: (
        "Casi nadie se ve afectado: una pregunta sobre cómo se hace algo, sobre la configuración o la "
        "documentación, o el deseo de algo nuevo o mejor."
    ),
    "Monday": "lunes",
    "Tuesday": "martes",
    "Wednesday": "miércoles",
    "Thursday": "jueves",
    "Friday": "viernes",
    "Saturday": "sábado",
    "Sunday": "domingo",
    "24/7, day and night": "24/7, de día y de noche",
    "24/5, on weekdays": "24/5, de lunes a viernes",
    "Implementation guidance": "Ayuda en la puesta en marcha",
    INCLUDED[0][1]: (
        "Planificamos el comienzo con usted, conectamos listas de clase y acceso, probamos su red y seguimos "
        "una lista de pasos hasta que su primera clase funciona."
    ),
    "Technical escalation": "Escalado técnico",
    INCLUDED[1][1]: (
        "Lo que la primera línea no resuelve pasa a nuestros ingenieros y, si es cosa del proveedor, a este. "
        "Usted conserva una sola solicitud y una sola persona."
    ),
    "Billing support": "Ayuda con la facturación",
    INCLUDED[2][1]: (
        "Preguntas sobre facturas, órdenes de compra y licencias, para los propietarios de un distrito."
    ),
    "{first} to {last}": "{first} a {last}",
    "all day": "todo el día",
    "1 business day": "1 día hábil",
    "{count} business days": "{count} días hábiles",
    "1 business week": "1 semana hábil",
    "{count} business weeks": "{count} semanas hábiles",
    "What we promise, as it holds today. This page is drawn from the same configuration by which our desk "
    "counts, so it can’t be out of date.": (
        "Lo que prometemos, tal como vale hoy. Esta página sale de la misma configuración con la que cuenta "
        "nuestro sistema, así que no puede estar desfasada."
    ),
    "How to reach us": "Cómo contactarnos",
    "The chat bubble in the bottom right corner of your portal.": (
        "La burbuja de chat en la esquina inferior derecha de su portal."
    ),
    "A person answers within {amount} in {hours}.": "Una persona responde en {amount} ({hours}).",
    "By mail": "Por correo",
    "By chat": "Por chat",
    "Every mail opens a request, and you get its number.": (
        "Cada correo abre una solicitud y usted recibe su número."
    ),
    "What is broken right now": "Qué falla ahora mismo",
    "When we are there": "Cuándo estamos",
    "Open now": "Abierto ahora",
    "Closed now": "Cerrado ahora",
    "until": "hasta el",
    "opens": "abre el",
    "Always open": "Siempre abierto",
    "The coming days": "Los próximos días",
    "Day": "Día",
    "Hours": "Horario",
    "closed": "cerrado",
    "Next holiday: {name}": "Próximo festivo: {name}",
    "Hours are in {zone}.": "El horario se da en {zone}.",
    "Hours are in your own time zone.": "El horario es el de su zona horaria.",
    "How grave is it?": "¿Qué gravedad tiene?",
    "You say how grave it is when you write; we may change it, and tell you why.": (
        "Usted dice qué gravedad tiene al escribirnos; podemos cambiarla y le diremos por qué."
    ),
    "How soon we answer": "Con qué rapidez respondemos",
    "Only the time within the named hours counts.": "Solo cuenta el tiempo dentro del horario indicado.",
    "Impact": "Impacto",
    "no promise": "sin compromiso",
    "Live chat": "Chat en vivo",
    "Alert of our monitoring": "Alerta de nuestra supervisión",
    "What these mean": "Qué significan",
    "What {plan} includes": "Qué incluye {plan}",
    "What we attained in the last {days} days": "Qué cumplimos en los últimos {days} días",
    "Promise": "Compromiso",
    "Kept": "Cumplido",
    "of {count}": "de {count}",
    "A chat was answered after {amount} on average.": (
        "Un chat se contestó después de {amount} de media."
    ),
    "There are too few figures yet.": "Aún hay muy pocas cifras.",
    "These figures are make-believe, like this desk’s tickets.": (
        "Estas cifras son inventadas, como las solicitudes de este sistema."
    ),
    "Cancelled promises are left out; nothing is rounded up.": (
        "No se cuentan los compromisos cancelados; nada se redondea hacia arriba."
    ),
    "Holds since": "Vale desde el",
}  # fmt: skip
