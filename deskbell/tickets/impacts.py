"""The four impacts: what each one means, in words that an agent and a teacher can both use."""

from __future__ import annotations

from django.db import models


class Impact(models.TextChoices):
    """How much a problem keeps people from their work, the gravest first."""

    URGENT = "urgent", "Urgent"
    HIGH = "high", "High"
    NORMAL = "normal", "Normal"
    LOW = "low", "Low"

    @property
    def definition(self) -> str:
        """What this impact means, in one or two sentences."""
        return _DEFINITIONS[self]


_DEFINITIONS = {
    Impact.URGENT: (
        "The service is down, or so broken that nobody can use it. Students can't do their work: "
        "an emergency for the school."
    ),
    Impact.HIGH: (
        "A major feature has failed and many students can't get on with their work. The service "
        "can be used, but barely, and there is no good way around the problem."
    ),
    Impact.NORMAL: (
        "Several students notice: a minor feature has failed or things are a little slow. "
        "There is a convenient workaround and lessons go on."
    ),
    Impact.LOW: (
        "Hardly anyone is held up: a how-to question, a question about setup or the "
        "documentation, a wish for something new or better."
    ),
}
