"""Reads Grafana's webhook: Alertmanager's form with `values`, links and silences of its own.

Follows Grafana's documentation, “Configure webhook notifications”.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from deskbell.monitoring.intake.alertmanager import reading as alertmanager
from deskbell.monitoring.intake.normal import Reading

SIGNATURE = "x-grafana-alerting-signature"
LONGEST_SKEW = 300  # seconds between the signed instant and ours
SIGNED_AT = "x-grafana-alerting-timestamp"


def read(content: bytes) -> Reading:
    """The alerts of a body, one by one as Alertmanager's: `fingerprint` is the key there too."""
    return alertmanager.read(content)


def why_refused(
    content: bytes, headers: Mapping[str, str], *, secret: str, now: datetime, at_header: str = ""
) -> str:
    """Why a body is not by who has the secret; an empty string if it is.

    With a timestamp header, `<unix seconds>:<body>` is signed, and an old one is no longer taken.
    """
    signed, at = content, headers.get((at_header or SIGNED_AT).lower(), "")
    if at:
        if not at.isdecimal() or abs(now.timestamp() - int(at)) > LONGEST_SKEW:
            return "Its signature is more than five minutes old, or of a time to come."
        signed = f"{at}:".encode() + content
    elif at_header:
        return "It has no header with the instant at which it was signed."
    wanted = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    given = headers.get(SIGNATURE, "").strip().lower()
    if not hmac.compare_digest(wanted.encode(), given.encode("utf-8", "replace")):
        return "Its signature does not fit the secret."
    return ""
