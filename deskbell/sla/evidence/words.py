"""What a document says besides the explanations in it, in Spanish. The English is the key."""

from __future__ import annotations

ES = {
    "{label} of ticket #{number}": "{label}, solicitud n.º {number}",
    "The promises on ticket #{number}": "Los compromisos de la solicitud n.º {number}",
    "Made on {when}, which is {utc} UTC.": "Hecho el {when}, es decir, {utc} UTC.",
    "Made by {who} on {when}, which is {utc} UTC.": "Hecho por {who} el {when}, es decir, {utc} UTC.",
    "{desk}, ticket #{number}, {when}": "{desk}, solicitud n.º {number}, {when}",
    "{day}, {time} {zone}": "{day}, {time}, {zone}",
    "{date}, {year}": "{date} {year}",
    "{start} to {end}": "{start} a {end}",
    "Times in {zone} ({name}).": "Zona horaria: {zone} ({name}).",
    "Times in {zone} ({name}); below them, the same in {other}.": (
        "Zona horaria: {zone} ({name}); debajo, lo mismo en {other}."
    ),
    "not while it is paused": "no vence mientras está en pausa",
    "{start} to {end}; {reason}": "de {start} a {end}; {reason}",
    "{start} and still; {reason}": "desde {start}, y sigue; {reason}",
    "{what}; alone due {instant}": "{what}; por sí solo vence {instant}",
    "{what}, the earlier one: it counts": "{what}, el que vence antes: es el que cuenta",
    "{line}: {target} of {hours}, {version}": "{line}: {target} ({hours}), {version}",
    "Policy": "Condiciones",
    "Made": "Hechas",
    "Reason": "Motivo",
    "What happened": "Qué pasó",
    "The promise": "El compromiso",
    "How to check it again": "Cómo comprobarlo",
    "This follows from the events and the frozen policy above, and from nothing else. On the desk, "
    "“deskbell sla explain {number}” derives it again, and “deskbell sla verify” derives the clocks "
    "of every ticket and prints each difference from what is stored.": (
        "Esto se sigue de los hechos y de las condiciones guardadas que están arriba, y de nada más. En el "
        "sistema, «deskbell sla explain {number}» lo calcula de nuevo, y «deskbell sla verify» calcula los "
        "plazos de todas las solicitudes y muestra cada diferencia con lo guardado."
    ),
    "The digest is the SHA-256 of the policy's document as JSON with sorted keys, without spaces, in "
    "UTF-8; “deskbell sla explain {number} --json” prints it too.": (
        "La huella es el SHA-256 del documento de las condiciones como JSON con las claves en orden, sin "
        "espacios, en UTF-8; «deskbell sla explain {number} --json» también la muestra."
    ),
    "This follows from the events and the frozen policy above, and from nothing else. Add up what "
    "counts: it gives the due instant. If something looks wrong to you, reply to any of our mails.": (
        "Esto se sigue de los hechos y de las condiciones guardadas que están arriba, y de nada más. Sume lo "
        "que cuenta: el resultado es el vencimiento. Si algo no le parece correcto, responda a cualquiera de "
        "nuestros correos."
    ),
    "The digest is a fingerprint of the policy as it was promised: whoever keeps it can prove later "
    "that nothing was changed.": (
        "El SHA-256 es la huella de las condiciones tal como se prometieron: quien la guarde puede probar "
        "más tarde que no se cambió nada."
    ),
}
