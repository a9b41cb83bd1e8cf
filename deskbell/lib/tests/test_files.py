"""The file store keeps each file once, under the digest of its bytes, and whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from deskbell.lib import files


@pytest.fixture(autouse=True)
def own_store(settings: Any, tmp_path: Path) -> Path:
    backend = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    return tmp_path


def test_a_file_is_kept_once_and_found_by_its_digest(own_store: Path) -> None:
    first, second = files.keep(b"hello"), files.keep(b"hello")

    assert first == second and len(first) == 64
    with files.opened(first) as file:
        assert file.read() == b"hello"
    assert len([each for each in own_store.rglob("*") if each.is_file()]) == 1


def test_half_a_file_that_a_crash_left_is_written_anew(own_store: Path) -> None:
    digest = files.keep(b"hello")
    (own_store / digest[:2] / digest).write_bytes(b"he")

    files.keep(b"hello")

    with files.opened(digest) as file:
        assert file.read() == b"hello"


def test_a_file_that_is_not_there_says_so() -> None:
    with pytest.raises(FileNotFoundError):
        files.opened("0" * 64)
