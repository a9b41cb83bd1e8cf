"""What the status page and its news both say, in English and in Spanish: one thing has one name.

The English is the key. What one of them says alone stands with it: `status_page/words.py`, `news/words.py`.
"""

from __future__ import annotations

from deskbell.look.languages import LANGUAGES
from deskbell.monitoring.models import Component

__all__ = ["ES", "LANGUAGES", "PHASES", "STATES"]

PHASES = {
    "investigating": "Investigating",
    "identified": "Identified",
    "monitoring": "Monitoring",
    "resolved": "Resolved",
}
STATES: dict[str, str] = {
    Component.State.OPERATIONAL: "Operational",
    Component.State.DEGRADED: "Slower than usual",
    Component.State.PARTIAL_OUTAGE: "Partial outage",
    Component.State.MAJOR_OUTAGE: "Major outage",
}
ES = {
    "Investigating": "En investigación",
    "Identified": "Causa encontrada",
    "Monitoring": "En observación",
    "Resolved": "Resuelto",
    "Operational": "Funciona",
    "Slower than usual": "Más lento de lo normal",
    "Partial outage": "Interrupción parcial",
    "Major outage": "Interrupción grave",
}
