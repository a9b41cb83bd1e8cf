"""The documentation is true: every setting and every command is in it, and nothing else is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from deskbell.cli import main
from deskbell.config.environment import VARIABLES
from tests.house.rooms import ROOT


def test_each_setting_is_in_the_docs_with_its_default_and_no_other() -> None:
    text = (ROOT / "docs" / "settings.md").read_text()
    assert len(VARIABLES) > 10
    assert [one.name for one in VARIABLES if f"`{one.name}`" not in text] == []
    named = set(re.findall(r"`(DESKBELL_[A-Z_]+|DATABASE_URL|EMAIL_URL)`", text))
    assert named - {one.name for one in VARIABLES} == set()
    for one in VARIABLES:
        if one.default and not one.default.startswith("/"):
            assert f"`{one.default}`" in text, f"the default of {one.name}"


def test_each_command_is_in_the_docs_and_no_other() -> None:
    text = (ROOT / "docs" / "commands.md").read_text()
    commands = {" ".join(words) for words in _commands(main, ["deskbell"])}
    assert len(commands) > 8
    named = {match.strip() for match in re.findall(r"^## `(deskbell[a-z -]*)", text, re.MULTILINE)}
    assert named == commands


def test_each_command_says_what_it_does() -> None:
    helps = {" ".join(words): command.help for words, command in _commands_with_help()}
    assert len(helps) > 8
    assert [name for name, text in helps.items() if not text] == []


def _commands(group: click.Group, words: list[str]) -> Iterator[list[str]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, [*words, name])
        else:
            yield [*words, name]


def _commands_with_help() -> Iterator[tuple[list[str], click.Command]]:
    for words in _commands(main, []):
        command: click.Command = main
        for word in words:
            assert isinstance(command, click.Group)
            command = command.commands[word]
        yield words, command
