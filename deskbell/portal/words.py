"""What the portal says, in English and in Spanish. A sentence without its Spanish fails a test.

The English is the key: `t("Requests")`, `t("Due {moment}", moment=...)`.
"""

from __future__ import annotations

from deskbell.portal import district_words, onboarding_words, sign_in_words
from deskbell.sla.spanish import IMPACTS, METRICS

ES = {
    # the frame
    "Skip to the content": "Ir al contenido",
    "Portal": "Portal",
    "Requests": "Solicitudes",
    "Sign out": "Cerrar sesión",
    # coming in
    "Sign in": "Entrar",
    "See your requests": "Vea sus solicitudes",
    "Give your school’s mail address. We send you a link that signs you in; you need no password.": (
        "Escriba su dirección de correo de la escuela. Le enviamos un enlace para entrar, sin contraseña."
    ),
    "Mail address": "Dirección de correo",
    "Send me the link": "Envíenme el enlace",
    "That is no mail address. Write it like name@school.org.": (
        "Esa no es una dirección de correo. Escríbala como nombre@escuela.org."
    ),
    "Too many links were asked for from your network. Try again in an hour.": (
        "Se pidieron demasiados enlaces desde su red. Inténtelo de nuevo dentro de una hora."
    ),
    "Look into your mailbox": "Mire su buzón",
    "If we know {address}, a link is on its way there. It works once, for half an hour.": (
        "Si conocemos {address}, un enlace está en camino. Sirve una sola vez, durante media hora."
    ),
    "Nothing came? Look among the unwanted mails, or write to {support}: we help from there.": (
        "¿No llegó nada? Mire en el correo no deseado, o escriba a {support}: le ayudamos desde ahí."
    ),
    "Use another address": "Usar otra dirección",
    "Welcome, {name}": "Le damos la bienvenida, {name}",
    "One press, and you are in. This link then works no more.": (
        "Pulse una vez y estará dentro. Después, este enlace ya no sirve."
    ),
    "Nothing here": "Aquí no hay nada",
    "To your requests": "A sus solicitudes",
    "Ask for a new link": "Pedir un enlace nuevo",
    "This link was used already, or is too old. Ask for a new one.": (
        "Este enlace ya se usó o es demasiado antiguo. Pida uno nuevo."
    ),
    "This link was used just now. Ask for a new one.": (
        "Este enlace se acaba de usar. Pida uno nuevo."
    ),
    "There is no such request, or none that you may see.": (
        "No existe esa solicitud, o no es una que usted pueda ver."
    ),
    "There is no such file on this request.": "No existe ese archivo en esta solicitud.",
    # the mails
    "Your link to {desk}": "Su enlace a {desk}",
    "{name} has invited you": "{name} le invita",
    "{name} has invited you to the requests of {district} at {desk}.": (
        "{name} le invita a las solicitudes de {district} en {desk}."
    ),
    "Here is your link to your requests at {desk}:": "Este es su enlace a sus solicitudes en {desk}:",
    "It works once, for a week.": "Sirve una sola vez, durante una semana.",
    "It works once, for half an hour. If you didn’t ask for it, do nothing: nobody gets in without it.": (
        "Sirve una sola vez, durante media hora. Si no lo pidió, no haga nada: sin él no entra nadie."
    ),
    # the list
    "Your requests": "Sus solicitudes",
    "Requests of {district}": "Solicitudes de {district}",
    "Search by words or number": "Buscar por palabras o número",
    "Search": "Buscar",
    "Found for “{text}”, open and solved ones:": "Encontradas para «{text}», abiertas y resueltas:",
    "Show all again": "Mostrar todas otra vez",
    "Which requests": "Qué solicitudes",
    "Open ones": "Abiertas",
    "Solved": "Resuelto",
    "Solved ones": "Resueltas",
    "Nothing found": "No se encontró nada",
    "Try other words, or the number from a mail of ours.": (
        "Pruebe con otras palabras, o con el número de un correo nuestro."
    ),
    "Nothing solved yet": "Aún no hay nada resuelto",
    "What we have solved for you stays here, so that you can look it up.": (
        "Lo que resolvemos para usted queda aquí, para que pueda consultarlo."
    ),
    "Nothing is open": "No hay nada abierto",
    "If something doesn’t work, write to {support}: it shows here at once.": (
        "Si algo no funciona, escriba a {support}: aparecerá aquí enseguida."
    ),
    "Pages": "Páginas",
    "The newest": "Las más recientes",
    "Older ones": "Más antiguas",
    "Save all of them as a table (CSV)": "Guardarlas todas en una tabla (CSV)",
    "Number": "Número",
    "Subject": "Asunto",
    "State": "Estado",
    "School": "Escuela",
    # a new one
    "New request": "Nueva solicitud",
    "What is it about?": "¿De qué se trata?",
    "What is going on?": "¿Qué sucede?",
    "Can it be used?": "¿Se puede usar?",
    "No: nobody can work with it": "No: nadie puede trabajar con ello",
    "Hardly: something important fails": "Apenas: falla algo importante",
    "Yes: a question, a wish, or something small": "Sí: una pregunta, un deseo o algo pequeño",
    "For how many?": "¿Para cuántas personas?",
    "One or a few": "Una o unas pocas",
    "A class or more": "Una clase o más",
    "The whole school or district": "Toda la escuela o el distrito",
    "Is there a way around it?": "¿Hay otra manera de seguir?",
    "No, or a very awkward one": "No, o es muy incómoda",
    "Yes, lessons go on": "Sí, las clases siguen",
    "Your answers tell how urgent it is, and by when we answer.": (
        "Sus respuestas indican la urgencia y cuándo contestamos."
    ),
    "Say in a few words what it is about.": "Diga en pocas palabras de qué se trata.",
    "Answer the three questions by what is offered, then send them.": (
        "Responda a las tres preguntas con lo que se ofrece y envíelo."
    ),
    "Send the request": "Enviar la solicitud",
    "These may answer it already": "Quizá esto ya lo responde",
    "Open it in a new tab": "Abrirlo en otra pestaña",
    "This answered it": "Esto lo resolvió",
    "Good that it helped.": "Qué bien que le ayudó.",
    "Nothing was sent. What you have written stays here until you leave the page.": (
        "No se envió nada. Lo que escribió sigue aquí hasta que salga de la página."
    ),
    "There is no such article, or it was withdrawn.": "No existe ese artículo, o se retiró.",
    # how it stands
    "We are working on it": "Estamos en ello",
    "We wait for your answer": "Esperamos su respuesta",
    "We wait for someone else": "Esperamos a otros",
    "Closed": "Cerrado",
    "Your request is with our team.": "Su solicitud está con nuestro equipo.",
    "We have asked you something. Answer below and we go on.": (
        "Le hemos preguntado algo. Responda abajo y seguimos."
    ),
    "A vendor or another team has to do something first. We keep after it.": (
        "Un proveedor u otro equipo debe hacer algo antes. Le damos seguimiento."
    ),
    "We believe that it works again. If it doesn’t, say so below and we go on.": (
        "Creemos que ya funciona. Si no es así, díganoslo abajo y seguimos."
    ),
    "It was solved two weeks ago or more. An answer below begins a new request.": (
        "Se resolvió hace dos semanas o más. Una respuesta abajo abre una solicitud nueva."
    ),
    "How it stands": "Cómo está",
    "Impact": "Impacto",
    "Asked by": "Pedida por",
    "Opened": "Abierta",
    "Reads along": "También la leen",
    "Nobody": "Nadie",
    "Is the impact wrong?": "¿Es otro el impacto?",
    "Tell us once which it should be, and why. Someone of our team looks at it and answers.": (
        "Díganos, una sola vez, cuál debería ser y por qué. Alguien de nuestro equipo lo revisa y responde."
    ),
    "It should be": "Debería ser",
    "Why?": "¿Por qué?",
    "Contest the impact": "Impugnar el impacto",
    "The impact is contested: {wanted} instead of {was}. Someone of our team looks at it, and answers as "
    "promised below.": (
        "El impacto está impugnado: {wanted} en lugar de {was}. Alguien de nuestro equipo lo revisa y "
        "responde como se promete abajo."
    ),
    "The impact was contested: {wanted} instead of {was}. We looked at it on {moment}: {became}.": (
        "El impacto se impugnó: {wanted} en lugar de {was}. Lo revisamos el {moment}: {became}."
    ),
    "You have told us once that the impact is wrong, and we look at it once. Write below what has changed.": (
        "Ya nos dijo una vez que el impacto es otro, y lo revisamos una vez. Escriba abajo qué ha cambiado."
    ),
    "This request is solved. If it is not, say so below, and how bad it is.": (
        "Esta solicitud está resuelta. Si no es así, díganoslo abajo, y qué tan grave es."
    ),
    "Choose the impact that fits better than the present one.": (
        "Elija el impacto que se ajusta mejor que el actual."
    ),
    "Say why it is another impact: who can’t work, and since when.": (
        "Diga por qué es otro impacto: quién no puede trabajar, y desde cuándo."
    ),
    # the conversation
    "What was said": "Lo que se dijo",
    "Nothing yet.": "Nada todavía.",
    "This file may be harmful.": "Este archivo puede ser dañino.",
    "Your answer": "Su respuesta",
    "What do you want to tell us?": "¿Qué quiere decirnos?",
    "Files": "Archivos",
    "At most ten, and 7 MB together. A picture of the screen often helps most.": (
        "Diez como máximo, y 7 MB en total. Una imagen de la pantalla suele ser lo que más ayuda."
    ),
    "Send": "Enviar",
    "Write something before you send it.": "Escriba algo antes de enviarlo.",
    "That is longer than a message can be. Attach it as a file.": (
        "Es más largo de lo que puede ser un mensaje. Adjúntelo como archivo."
    ),
    "Attach at most ten files.": "Adjunte diez archivos como máximo.",
    "The files are larger than 7 MB together. Send them by mail, or some of them.": (
        "Los archivos suman más de 7 MB. Envíelos por correo, o solo algunos."
    ),
    "One of the files is infected, so nothing was sent.": (
        "Uno de los archivos está infectado, así que no se envió nada."
    ),
    "The files can’t be looked at just now. Try again in a moment, or send it without them.": (
        "Ahora no se pueden revisar los archivos. Inténtelo en un momento, o envíelo sin ellos."
    ),
    "You can read here. To write, ask an owner of your district for another role.": (
        "Aquí puede leer. Para escribir, pida otro rol a un responsable de su distrito."
    ),
    # the clocks
    "What we have promised": "Lo que hemos prometido",
    "How this came about": "Cómo se calculó",
    "Kept on {moment}": "Cumplido: {moment}",
    "Late: on {moment}": "Con retraso: {moment}",
    "No longer needed since {moment}": "Ya no hace falta desde {moment}",
    "Paused until there is news from you, or from whom we wait for": (
        "En pausa hasta que haya noticias suyas, o de quien esperamos"
    ),
    "We are late: it was due {moment}": "Vamos con retraso: el plazo era {moment}",
    "Due {moment}": "Plazo: {moment}",
    "Nothing is owed to you at the moment.": "Por ahora no le debemos nada.",
    "“{name}” can’t be read. Write a number like 12 or 3.5, and a day like 2026-11-20.": (
        "No se entiende «{name}». Escriba un número como 12 o 3.5, y un día como 2026-11-20."
    ),
    # the page behind a receipt's link
    "In another language": "En otro idioma",
    "Request #{number}": "Solicitud n.º {number}",
    "We have asked you something. Reply to our last mail and we go on.": (
        "Le hemos preguntado algo. Responda a nuestro último correo y seguimos."
    ),
    "We believe that it works again. If it doesn’t, reply to any of our mails and we go on.": (
        "Creemos que ya funciona. Si no es así, responda a cualquiera de nuestros correos y seguimos."
    ),
    "It was solved two weeks ago or more. If there is anything else, write to us again.": (
        "Se resolvió hace dos semanas o más. Si hay algo más, escríbanos de nuevo."
    ),
    "This link shows nothing any more, or it is incomplete.": (
        "Este enlace ya no muestra nada, o está incompleto."
    ),
    "Opened {moment}": "Abierta: {moment}",
    "No answer from us is due at the moment.": "Por ahora no le debemos una respuesta.",
    "What we have kept, or not": "Lo que hemos cumplido, o no",
    "Kept": "Cumplido",
    "Late": "Con retraso",
    "No longer needed": "Ya no hace falta",
    "Save this as a PDF": "Guardar esto como PDF",
    "To say more, reply to any of our mails: it joins the same request.": (
        "Para decirnos algo más, responda a cualquiera de nuestros correos: se une a la misma solicitud."
    ),
    "Whoever has the address of this page can see it. It shows no messages.": (
        "Quien tenga la dirección de esta página puede verla. No muestra ningún mensaje."
    ),
    **METRICS,
    **IMPACTS,
    **district_words.ES,
    **onboarding_words.ES,
    **sign_in_words.ES,
}
