"""One of many that may fail by its own fault: it is undone by itself, and the others go on."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, transaction


@dataclass
class Tried:
    """How it went; `error` is None if all is well."""

    error: Exception | None = None


@contextmanager
def by_itself(log: logging.Logger, what: str, *about: object) -> Iterator[Tried]:
    """A savepoint around one of many. Whatever it raises is logged, in the words `what`, and stands in
    `error` after the block. The database's own trouble is raised: no one of them is to blame for that."""
    tried = Tried()
    try:
        with transaction.atomic():
            yield tried
    except (InterfaceError, OperationalError):
        raise
    except Exception as error:  # whatever it is: a poisonous one stops nothing else
        log.exception(what, *about)
        tried.error = error
