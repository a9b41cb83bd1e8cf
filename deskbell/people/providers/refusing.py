"""Why nobody comes in by a provider: a sentence for who tried, and the reason for who has set it up."""

from __future__ import annotations

CANCELLED = (
    "You didn’t let {provider} tell us who you are, so nothing has happened. Try again, or have a link "
    "mailed to you."
)
AWAY = "{provider} doesn’t answer just now. Try again in a minute, or have a link mailed to you."
STALE = "This sign-in took too long, or was used already. Begin it once more."
CLOCKS = (
    "The clocks of {provider} and of this desk differ, so its answer can’t be believed. Have a link mailed "
    "to you, and tell {support}: it can be put right."
)
NOT_BELIEVED = (
    "What {provider} told us can’t be believed. Have a link mailed to you, and tell {support} if it happens "
    "again."
)
CAME_WITHOUT = (
    "{provider} sent you back without saying who you are. Try again, or have a link mailed to you, and tell "
    "{support} if it happens again."
)
UNPROVED = (
    "{provider} doesn’t tell us that your mail address is really yours. Have a link mailed to you "
    "instead."
)
FOREIGN = (
    "{provider} signs in the people of its own district alone, and your address isn’t one of its addresses. "
    "Have a link mailed to you instead."
)
UNKNOWN = (
    "Your address {address} isn’t known to this desk. Write to {support} from your school’s address: we help "
    "from there."
)
DISPUTED = (
    "Your address {address} is known here by another account of {provider}. Write to {support}, so that "
    "nobody sees what was another person’s."
)
TOO_MANY = "Too many sign-ins from your network have failed. Try again in a quarter of an hour."


class NoEntry(Exception):
    """Nobody comes in. `sentence` is one of the above, `address` what it names; `why` stands on the page
    of the provider at the desk where the fault may lie there, and is "" else."""

    def __init__(self, sentence: str, why: str = "", *, address: str = "") -> None:
        super().__init__(why or sentence)
        self.sentence, self.why, self.address = sentence, why, address
