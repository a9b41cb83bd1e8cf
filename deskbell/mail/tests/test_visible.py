"""What is said now, apart from what is quoted and how it is signed, in several languages."""

from __future__ import annotations

import pytest

from deskbell.mail.inbound.visible import split

INTRODUCTIONS = [
    "On Mon, Nov 23, 2026 at 9:58 AM Ana <a@b.example> wrote:",
    "On Mon, Nov 23, 2026 at 9:58 AM Ana at the Support of the\nDistrict <a@b.example>\nwrote:",
    "Am 23.11.2026 um 09:58 schrieb Ana <a@b.example>:",
    "Le lun. 23 nov. 2026 à 09:58, Ana <a@b.example> a écrit :",
    "El lun, 23 nov 2026 a las 9:58, Ana (<a@b.example>) escribió:",
    "Il giorno lun 23 nov 2026 alle ore 09:58 Ana <a@b.example> ha scritto:",
    "Op ma 23 nov. 2026 om 09:58 schreef Ana <a@b.example>:",
    "2026年11月23日(月) 9:58 Ana <a@b.example>:",
    "-----Original Message-----",
    "________________________________\nFrom: Ana\nSent: Monday\nTo: Tess\nSubject: Dark",
    "From: Ana <a@b.example>\nDate: Monday\nTo: Tess\nSubject: Dark",
    "Von: Ana\nGesendet: Montag\nAn: Tess\nBetreff: Dunkel",
    "De : Ana\nEnvoyé : lundi\nÀ : Tess\nObjet : Noir",
    "Ana <a@b.example> schrieb am Fr., 28. Apr. 2026 um 11:53\nUhr:",
    "ср, 30 апр. 2026 г. в 15:19, Ana <a@b.example>:",
    "2026-11-24 16:32 GMT+01:00 Ana <a@b.example>:",
    "---- On Wed, 24 Feb 2026 14:02:50 +0530 a@b.example wrote ----",
    "pe 20. lokakuuta 2026 klo 17.50 Ana\n<a@b.example> kirjoitti:",
    "tir. 18. apr. 2026 kl. 13:09 skrev Ana <a@b.example\n>:",
    "Wednesday, 17 November 2026, 3:32 PM from a@b.example <a@b.example>:",
    "-------- Oprindelig besked --------",
    "##- Please type your reply above this line -##",
    "От: Ana\nОтправлено: понедельник\nКому: Tess\nТема: Темно",
]


@pytest.mark.parametrize("introduction", INTRODUCTIONS)
def test_a_quotation_is_known_by_its_introduction(introduction: str) -> None:
    parts = split(f"Still dark.\n\n{introduction}\n\nIs it dark?")

    assert parts.visible == "Still dark."
    assert "Is it dark?" in parts.quoted and introduction.split("\n")[0] in parts.quoted


SIGNATURES = [
    ("Still dark.\n\n-- \nTess\nNorth Valley", "Still dark.", "--\nTess\nNorth Valley"),
    ("Still dark.\n\nBest regards,\nTess", "Still dark.", "Best regards,\nTess"),
    ("Still dark.\n\nThanks,\nTess", "Still dark.", "Thanks,\nTess"),
    ("Still dark.\n\nSent from my iPhone", "Still dark.", "Sent from my iPhone"),
    ("Dunkel.\n\nMit freundlichen Grüßen\nInge", "Dunkel.", "Mit freundlichen Grüßen\nInge"),
    ("Noir.\n\nCordialement\nJean", "Noir.", "Cordialement\nJean"),
]


@pytest.mark.parametrize(("text", "visible", "signature"), SIGNATURES)
def test_a_signature_is_folded_away(text: str, visible: str, signature: str) -> None:
    parts = split(text)

    assert (parts.visible, parts.signature) == (visible, signature)


WHOLE = [
    "Thanks, that works.\nBut the sound does not.",
    "Steps:\n- one\n- two\n- three",
    "def f():\n    return 1",
    "He wrote: it is dark.",
    "From: the start it was dark.",
    "I tried on Monday and on Tuesday.",
    "Thank you,",
    "Yes, we are fine.\nThanks",
    "Sent from my desk, which is much easier than from my phone.",
    "The app showed: Sent from my iPad. What now?",
    "On Thursday:\nthe room was dark.",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "Steps:\n-- first\n-- second",
    "Best regards,\nTess",
    "> only\n> a quotation",
    "",
]


@pytest.mark.parametrize("text", WHOLE)
def test_what_is_no_quotation_stays_as_it_was_written(text: str) -> None:
    parts = split(text)

    assert parts.visible == text or parts.signature == text
    assert parts.quoted == ""


def test_no_line_of_a_text_is_lost() -> None:
    text = "a\n> b\nc\n\nOn Monday, Ana wrote:\n> d\n\ne\n-- \nf"
    parts = split(text)
    kept = "\n".join((parts.visible, parts.quoted, parts.signature))

    assert sorted(line for line in kept.split("\n") if line) == sorted(
        line.rstrip() for line in text.split("\n") if line
    )


def test_a_forwarded_mail_is_what_its_sender_wants_to_say() -> None:
    text = "See below.\n\nFrom: Ana\nSent: Monday\nTo: Tess\nSubject: Dark\n\nIt is dark."

    assert split(text, forwards=True).visible == text
    assert split(text).visible == "See below."
