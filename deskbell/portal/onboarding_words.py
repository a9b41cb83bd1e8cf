"""What the portal says about onboardings, in Spanish; a part of `words.ES`."""

from __future__ import annotations

ES = {
    "Onboarding": "Incorporación",
    "Onboarding of {district}": "Incorporación de {district}",
    "{done} of {total} steps done": "{done} de {total} pasos hechos",
    "Start": "Inicio",
    "Go-live": "Puesta en marcha",
    "Your contact": "Su contacto",
    "Next: {title}": "Siguiente: {title}",
    "{who}, due {day}": "{who}, para el {day}",
    "{who}, done {day}": "{who}, hecho el {day}",
    "All steps are done. Thank you!": "Todos los pasos están hechos. ¡Gracias!",
    "It ended on {day}.": "Terminó el {day}.",
    "Other onboardings": "Otras incorporaciones",
    "Steps": "Pasos",
    "Our team": "Nuestro equipo",
    "The district": "El distrito",
    "Your district": "Su distrito",
    "Late": "Con retraso",
    "Done": "Hecho",
    "To do": "Pendiente",
    "A word about it": "Unas palabras",
    "A word about “{title}”": "Unas palabras sobre «{title}»",
    "Mark as done": "Marcar como hecho",
    "Mark as done: {title}": "Marcar como hecho: {title}",
    "Not done yet": "Aún no está hecho",
    "Not done yet: {title}": "Aún no está hecho: {title}",
    "Ask about it": "Preguntar",
    "Ask about “{title}”": "Preguntar sobre «{title}»",
    "Save the steps as a table (CSV)": "Guardar los pasos en una tabla (CSV)",
    "No onboarding": "No hay una incorporación",
    "When our team begins one for your district, its steps stand here.": (
        "Cuando nuestro equipo comience una para su distrito, sus pasos estarán aquí."
    ),
    "About: {title}": "Sobre: {title}",
    "What do you want to know?": "¿Qué quiere saber?",
    "Send the question": "Enviar la pregunta",
    "The people who bring your district in answer it. You find it among your requests.": (
        "La contestan las personas que acompañan a su distrito. La encontrará entre sus solicitudes."
    ),
    "This step is not yours to do.": "Este paso no le corresponde.",
    "This step is done already.": "Este paso ya está hecho.",
    "This step is not done.": "Este paso no está hecho.",
    "This onboarding is over.": "Esta incorporación ya terminó.",
    "There is no such onboarding, or none that you may see.": (
        "No existe esa incorporación, o no es una que usted pueda ver."
    ),
    "There is no such step in this onboarding.": "No existe ese paso en esta incorporación.",
    # the table
    "District": "Distrito",
    "Step": "Paso",
    "Whose it is": "De quién es",
    "Owner": "Responsable",
    "Due": "Fecha",
    "Done on": "Hecho el",
    "Done by": "Hecho por",
    "Note": "Nota",
}
