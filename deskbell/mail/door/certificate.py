"""The operator's certificate for STARTTLS: read again when its file is another one, as after a renewal."""

from __future__ import annotations

import logging
import ssl
from pathlib import Path

log = logging.getLogger(__name__)


class Certificate:
    """A certificate with its chain, and its key in the same file or in one of its own."""

    def __init__(self, chain: Path, key: Path | None = None) -> None:
        """Raises OSError (ssl.SSLError is one) if they can't be read or don't belong together."""
        self._chain, self._key = chain, key
        self._stamp = self._stamped()
        self._context = self._made()

    def context(self) -> ssl.SSLContext:
        """For a new conversation. A renewal that can't be read yet leaves the certificate as it was."""
        try:
            stamp = self._stamped()
            if stamp != self._stamp:
                self._context, self._stamp = self._made(), stamp
        except OSError as error:
            log.warning("The new certificate of the SMTP door can't be used: %s", error)
        return self._context

    def _made(self) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(self._chain, self._key)
        return made

    def _stamped(self) -> tuple[float, ...]:
        return tuple(file.stat().st_mtime for file in (self._chain, self._key) if file)
