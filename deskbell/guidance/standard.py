"""The onboarding that Deskbell begins with: a managed service comes into a district's schools."""

from __future__ import annotations

from typing import Any

from deskbell.guidance.models import Anchor, Side

TEAM, DISTRICT = str(Side.TEAM), str(Side.DISTRICT)
START, GO_LIVE = str(Anchor.START), str(Anchor.GO_LIVE)


def _step(
    side: str, days: int, anchor: str, english: tuple[str, str], spanish: tuple[str, str]
) -> dict[str, Any]:
    return {
        "title": english[0],
        "title_es": spanish[0],
        "text": english[1],
        "text_es": spanish[1],
        "side": side,
        "anchor": anchor,
        "days": days,
    }


STEPS = [
    _step(
        TEAM,
        0,
        START,
        ("Kickoff call", "We meet, agree on dates and goals, and say who does what."),
        (
            "Llamada de inicio",
            "Nos reunimos, acordamos fechas y metas, y decimos quién hace qué.",
        ),
    ),
    _step(
        DISTRICT,
        2,
        START,
        (
            "Name your contacts, and a number for emergencies",
            "Tell us who speaks for the district, who speaks for each school, and which number we may call "
            "at night if the service is down.",
        ),
        (
            "Indique sus contactos y un número para emergencias",
            "Díganos quién habla por el distrito, quién por cada escuela, y a qué número podemos llamar de "
            "noche si el servicio se cae.",
        ),
    ),
    _step(
        DISTRICT,
        5,
        START,
        (
            "Share rosters and set up single sign-on",
            "Let us read your rosters, and allow our application in your sign-in (Google, Microsoft or "
            "Clever). Students then come in with the account they have.",
        ),
        (
            "Comparta las listas y active el acceso único",
            "Permítanos leer sus listas de clases y autorice nuestra aplicación en su acceso (Google, "
            "Microsoft o Clever). Los estudiantes entran con la cuenta que ya tienen.",
        ),
    ),
    _step(
        DISTRICT,
        5,
        START,
        (
            "Allow the service in your network",
            "Put our addresses on the list of what your firewall and web filter let through, in every "
            "school. We send you the list after the kickoff call.",
        ),
        (
            "Permita el servicio en su red",
            "Agregue nuestras direcciones a lo que su cortafuegos y su filtro dejan pasar, en cada escuela. "
            "Le enviamos la lista después de la llamada de inicio.",
        ),
    ),
    _step(
        TEAM,
        8,
        START,
        (
            "Check sign-in and network from a school",
            "We sign in as a test student on a Chromebook in one of your schools, and measure the network.",
        ),
        (
            "Revisar el acceso y la red desde una escuela",
            "Entramos como estudiante de prueba en una Chromebook de una de sus escuelas y medimos la red.",
        ),
    ),
    _step(
        DISTRICT,
        9,
        START,
        (
            "Choose a pilot class",
            "One class and a teacher who likes to try things. Twenty students are plenty.",
        ),
        (
            "Elija una clase piloto",
            "Una clase y un docente con ganas de probar. Veinte estudiantes son suficientes.",
        ),
    ),
    _step(
        TEAM,
        -8,
        GO_LIVE,
        (
            "Accompany the pilot class",
            "We are there for the first lesson, and ask the teacher after a week what to change.",
        ),
        (
            "Acompañar a la clase piloto",
            "Estamos presentes en la primera lección y, una semana después, preguntamos qué cambiar.",
        ),
    ),
    _step(
        TEAM,
        -5,
        GO_LIVE,
        (
            "Train the teachers",
            "An hour for teachers and one for your help desk, recorded for whoever can’t come.",
        ),
        (
            "Capacitar a los docentes",
            "Una hora para docentes y otra para su mesa de ayuda, grabadas para quien no pueda asistir.",
        ),
    ),
    _step(
        DISTRICT,
        -3,
        GO_LIVE,
        (
            "Tell your schools",
            "Say when it begins, where help is found, and how to reach us. We have a text that you can use.",
        ),
        (
            "Avise a sus escuelas",
            "Diga cuándo empieza, dónde hay ayuda y cómo contactarnos. Tenemos un texto que puede usar.",
        ),
    ),
    _step(
        DISTRICT,
        -1,
        GO_LIVE,
        ("Agree to go live", "All checks are green, and nothing keeps you from starting."),
        ("Dé el visto bueno", "Todo está revisado y nada impide empezar."),
    ),
    _step(
        TEAM,
        0,
        GO_LIVE,
        ("Go live", "All classes may work with it. Our engineers watch the first day closely."),
        (
            "Puesta en marcha",
            "Todas las clases pueden usarlo. Nuestros ingenieros siguen de cerca el primer día.",
        ),
    ),
    _step(
        TEAM,
        10,
        GO_LIVE,
        (
            "Two-week check",
            "We look at the figures together, answer what has come up, and hand you over to support.",
        ),
        (
            "Revisión a las dos semanas",
            "Miramos juntos las cifras, respondemos lo que haya surgido y le dejamos con soporte.",
        ),
    ),
]
