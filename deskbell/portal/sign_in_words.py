"""What the portal says about signing in by a provider, in Spanish."""

from __future__ import annotations

from deskbell.people.providers import refusing

ES = {
    "Or sign in with": "O entre con",
    "You are not signed in": "No ha entrado",
    "All ways to sign in": "Todas las formas de entrar",
    "This way to sign in is no longer offered. Have a link mailed to you.": (
        "Esta forma de entrar ya no se ofrece. Pida que le enviemos un enlace por correo."
    ),
    refusing.CANCELLED: (
        "No permitió que {provider} nos diga quién es, así que no ha pasado nada. Inténtelo de nuevo, o pida "
        "que le enviemos un enlace por correo."
    ),
    refusing.AWAY: (
        "{provider} no responde en este momento. Inténtelo en un minuto, o pida que le enviemos un enlace "
        "por correo."
    ),
    refusing.STALE: "Esta entrada tardó demasiado, o ya se usó. Comience otra vez.",
    refusing.CLOCKS: (
        "Los relojes de {provider} y de este servicio no coinciden, así que no podemos confiar en su "
        "respuesta. Pida que le enviemos un enlace por correo, y avise a {support}: se puede corregir."
    ),
    refusing.NOT_BELIEVED: (
        "No podemos confiar en lo que nos dijo {provider}. Pida que le enviemos un enlace por correo, y "
        "avise a {support} si vuelve a suceder."
    ),
    refusing.CAME_WITHOUT: (
        "{provider} lo devolvió sin decirnos quién es. Inténtelo de nuevo, o pida que le enviemos un enlace "
        "por correo, y avise a {support} si vuelve a suceder."
    ),
    refusing.UNPROVED: (
        "{provider} no nos confirma que su dirección de correo sea suya. Pida mejor que le enviemos un "
        "enlace por correo."
    ),
    refusing.FOREIGN: (
        "Con {provider} entran solo las personas de su propio distrito, y su dirección no es una de las "
        "suyas. Pida mejor que le enviemos un enlace por correo."
    ),
    refusing.UNKNOWN: (
        "No conocemos su dirección {address}. Escriba a {support} desde la dirección de su escuela: le "
        "ayudamos desde ahí."
    ),
    refusing.DISPUTED: (
        "Aquí conocemos su dirección {address} por otra cuenta de {provider}. Escriba a {support}, para que "
        "nadie vea lo que era de otra persona."
    ),
    refusing.TOO_MANY: (
        "Fallaron demasiadas entradas desde su red. Inténtelo de nuevo dentro de un cuarto de hora."
    ),
}
