"""What the help center says, in English and in Spanish. A sentence without its Spanish fails a test.

The English is the key: `t("Search for help")`, `t("{count} articles", count=3)`.
"""

from __future__ import annotations

from deskbell.look.languages import Say
from deskbell.look.languages import speaker as speaker_of

ES = {
    "{desk} help center": "Centro de ayuda de {desk}",
    "{title} · {desk} help center": "{title} · Centro de ayuda de {desk}",
    "Skip to the content": "Ir al contenido",
    "Help center": "Centro de ayuda",
    "Languages": "Idiomas",
    "Pages": "Páginas",
    "How can we help?": "¿En qué podemos ayudarle?",
    "Search for help": "Buscar ayuda",
    "For example: screen stays black": "Por ejemplo: la pantalla se queda en negro",
    "Search": "Buscar",
    "Answers about {desk}.": "Respuestas sobre {desk}.",
    "1 article": "1 artículo",
    "{count} articles": "{count} artículos",
    "Collections": "Colecciones",
    "You are here": "Está aquí",
    "Written by {name}": "Escrito por {name}",
    "Updated {when}": "Actualizado {when}",
    "On this page": "En esta página",
    "Videos come from elsewhere, and are loaded only when you press them.": (
        "Los videos vienen de otro sitio y solo se cargan cuando los pulsa."
    ),
    "Related articles": "Artículos relacionados",
    "Did this answer your question?": "¿Respondió esto a su pregunta?",
    "No": "No",
    "Partly": "En parte",
    "Yes": "Sí",
    "Thank you. It helps us to write better answers.": (
        "Gracias. Nos ayuda a escribir mejores respuestas."
    ),
    "We are sorry. What was missing?": "Lo sentimos. ¿Qué faltaba?",
    "We read every answer, but we can’t reply to this one. Don’t write names of students.": (
        "Leemos todas las respuestas, pero no podemos contestar a esta. No escriba nombres de estudiantes."
    ),
    "Send": "Enviar",
    "Your question is still open? Ask us.": "¿Sigue con la duda? Pregúntenos.",
    "Chat with us": "Chatear con nosotros",
    "Write to us": "Escribirnos",
    "About the article “{title}”": "Sobre el artículo «{title}»",
    "I read this article, and my question is still open:": (
        "Leí este artículo y sigo con la duda:"
    ),
    "Back to the article": "Volver al artículo",
    "This article isn’t available in English yet.": (
        "Este artículo aún no está en español."
    ),
    "You see it in {language}.": "Lo ve en {language}.",
    "This article is for signed-in people of a district.": (
        "Este artículo es para personas de un distrito que han iniciado sesión."
    ),
    "This article is for the team.": "Este artículo es para el equipo.",
    "Nothing at this address": "No hay nada en esta dirección",
    "It may have been withdrawn, or the link is incomplete. Search for it, or begin at the front page.": (
        "Quizá el artículo se retiró o el enlace está incompleto. Búsquelo o empiece por la portada."
    ),
    "To the help center": "Ir al centro de ayuda",
    "Nothing is written here yet.": "Aquí aún no hay nada escrito.",
    "Write to {address}, and a person will answer.": (
        "Escriba a {address} y le responderá una persona."
    ),
    "Results for “{words}”": "Resultados para «{words}»",
    "What are you looking for?": "¿Qué busca?",
    "Nothing found for “{words}”": "No hay resultados para «{words}»",
    "Nothing says “{words}”. You see what is found for “{instead}”.": (
        "Nada dice «{words}». Ve lo que hay para «{instead}»."
    ),
    "Nothing is written about this in English. This is in {language}:": (
        "No hay nada escrito sobre esto en español. Esto está en {language}:"
    ),
    "What you can do": "Qué puede hacer",
    "Use fewer words, or others: “screen black” instead of a whole sentence.": (
        "Use menos palabras u otras: «pantalla negra» en lugar de una frase entera."
    ),
    "Look at the status page: perhaps something is broken, and we are at it.": (
        "Mire la página de estado: quizá algo falla y ya estamos en ello."
    ),
    "Ask us. A person answers, and we write down what was missing here.": (
        "Pregúntenos. Le responde una persona, y escribimos lo que faltaba aquí."
    ),
    "Or look through the collections": "O mire las colecciones",
    "More results": "Más resultados",
    "Our support promise": "Nuestro compromiso de soporte",
    "How fast we answer, and when we are there": "Con qué rapidez respondemos y cuándo estamos",
    "System status": "Estado de los sistemas",
    "Is something broken right now?": "¿Hay algo que falle ahora mismo?",
}  # fmt: skip
FACES = {"sad": "No", "neutral": "Partly", "happy": "Yes"}


def speaker(language: str) -> Say:
    """The function `t` of templates in this language."""
    return speaker_of(language, ES)
