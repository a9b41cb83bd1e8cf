"""The key that signs sessions and links: from the environment, else made once and kept."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from deskbell.config import environment as env
from deskbell.lib.errors import Refused


def secret_key(data: Path) -> str:
    """The key in force; several processes that start at once agree on one."""
    if env.SECRET_KEY.is_set:
        return str(env.SECRET_KEY.value())
    path = data / "secret_key"
    try:
        return path.read_text() if path.exists() else _made_once(path)
    except OSError as error:
        raise Refused(
            f"Deskbell can't keep its data in {data} ({error.strerror}). "
            "Make the folder writable, or name another one in DESKBELL_DATA."
        ) from error


def _made_once(path: Path) -> str:
    """Write it whole under another name first: a crash in between leaves no half key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"secret_key.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(50))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text()
