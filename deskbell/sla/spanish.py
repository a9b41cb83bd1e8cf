"""The names of what is promised, in Spanish: one for each, on every page that says them."""

from __future__ import annotations

METRICS = {
    "First reply": "Primera respuesta",
    "Next reply": "Siguiente respuesta",
    "Update": "Aviso periódico",
    "Resolution": "Solución",
    "Acknowledge": "Atención de la alarma",
    "Take over": "Relevo",
}
IMPACTS = {
    "Urgent": "Urgente",
    "High": "Alto",
    "Normal": "Normal",
    "Low": "Bajo",
}
# What the desk begins with; those that somebody adds keep the name that they were given.
COVERAGES = {
    "24/7": "24/7",
    "24/5": "24/5",
    "Business hours": "Horario de atención",
}
HOLIDAYS = {
    "New Year's Day": "Año Nuevo",
    "New Year's Day (observed)": "Año Nuevo (trasladado)",
    "Martin Luther King Jr. Day": "Día de Martin Luther King",
    "Washington's Birthday": "Día de los Presidentes",
    "Memorial Day": "Día de los Caídos",
    "Juneteenth National Independence Day": "Juneteenth",
    "Juneteenth National Independence Day (observed)": "Juneteenth (trasladado)",
    "Independence Day": "Día de la Independencia",
    "Independence Day (observed)": "Día de la Independencia (trasladado)",
    "Labor Day": "Día del Trabajo",
    "Columbus Day": "Día de la Raza",
    "Veterans Day": "Día de los Veteranos",
    "Veterans Day (observed)": "Día de los Veteranos (trasladado)",
    "Thanksgiving Day": "Día de Acción de Gracias",
    "Thanksgiving": "Día de Acción de Gracias",
    "Christmas Day": "Navidad",
    "Christmas Day (observed)": "Navidad (trasladado)",
}
