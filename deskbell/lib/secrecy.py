"""Keeping secrets out of the log: Django writes the path of each request that failed, and some paths are
the secret themselves."""

from __future__ import annotations

import logging
import re

SECRET_PATHS = re.compile(
    r"(/(?:your|welcome|portal/enter|bubble/(?:files|address)|page|swap|ping|api/push|oncall/calendars|unsubscribe"
    r"|status/(?:d|subscribe/(?:confirm|post|manage))"
    r"|alerts/(?!bodies|sources|silences)[a-z]+|mail/in/[^/\s]{1,50})/)[^/\s?]+"
)


class WithoutSecrets(logging.Filter):
    """Blots out, in every line, what follows an address under which a secret stands."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        hidden = SECRET_PATHS.sub(r"\1…", said)
        if hidden != said:
            record.msg, record.args = hidden, ()
        return True
