"""Questions as people ask them, with the article that answers: it must be among the first three.

The articles are those of the make-believe desk; one that search loses becomes a line here.
"""

from __future__ import annotations

import pytest

from deskbell.cli.demo.writings import FOLDER
from deskbell.helpcenter.importing import folder, pieces
from deskbell.helpcenter.models import Edition
from deskbell.helpcenter.searching import search
from tests.town import Town

QUESTIONS = {
    "en": """
        how do i open an app                              Open your first app
        start windows program on chromebook               Open your first app
        which ports does the firewall need                What your network must allow
        allowlist domains                                 What your network must allow
        which browser do i need                           Which Chromebooks and browsers
        is my laptop supported                            Which Chromebooks and browsers
        my screen is black what do i do                   The screen stays black
        blank screen after opening                        The screen stays black
        no audio                                          Sound is missing
        students can't hear anything                      Sound is missing
        microphne not working                             Sound is missing
        where did my file go                              Where your files are saved
        saved my homework and cant find it                Where your files are saved
        printng                                           Print from an app
        how to print to the school printer                Print from an app
        cant log in                                       I can’t sign in
        sign-in fails                                     I can’t sign in
        kid forgot his pasword                            Reset a student’s password
        pupil passcode reset                              Reset a student’s password
        class list incomplete                             A class is missing
        rosters not syncing                               A class is missing
        we are closing a school                           Add a school
        state exam next week                              Prepare for state testing
        what does this bill mean                          Read your invoice
    """,
    "es": """
        pantalla negra                                    La pantalla se queda en negro
        no se oye nada                                    No hay sonido
        contrasena de un alumno                           Restablecer la contraseña
        impresora                                         Imprimir desde
        no puedo entrar                                   No puedo iniciar sesión
        facturas                                          Entender su factura
        donde estan mis archivos                          Dónde se guardan
        falta una clase                                   Falta una clase
    """,
}
AMONG = 3


@pytest.fixture
def articles(town: Town) -> None:
    """What the make-believe desk has written, for everyone to read."""
    pieces.bring_all(folder.read(FOLDER, by=town.ana), by=town.ana, publish=True)
    assert Edition.objects.filter(published__isnull=False).count() > 20


def test_each_question_finds_its_answer(articles: None, town: Town) -> None:
    lost = []
    for language, lines in QUESTIONS.items():
        for line in filter(None, map(str.strip, lines.splitlines())):
            question, _, answer = line.partition("  ")
            found = search(question, town.olivia, language).editions[:AMONG]
            if not any(each.title.startswith(answer.strip()) for each in found):
                lost.append((question, [each.title for each in found]))
    assert lost == []
