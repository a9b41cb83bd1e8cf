"""What the town writes about: one line of stories for each impact, and what is said afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from deskbell.tickets.impacts import Impact


@dataclass(frozen=True)
class Story:
    """A call for help. `begins` is the customer's first message."""

    impact: Impact
    subject: str
    begins: str


STORIES = (
    Story(
        Impact.URGENT,
        "Nobody can sign in since 8:10",
        "All of our Chromebooks show “can't reach the session host”. Every class that needs the "
        "design apps is stuck. This is the whole district.",
    ),
    Story(
        Impact.URGENT,
        "All sessions dropped, state testing is running",
        "We have 240 students in a state test and every session just closed. They can't get back "
        "in. Please call me.",
    ),
    Story(
        Impact.HIGH,
        "AutoCAD does not start in three labs",
        "It loads to 80 % and closes. About ninety students. The other apps work.",
    ),
    Story(
        Impact.HIGH,
        "Files saved in class are gone after sign-out",
        "Since yesterday whatever students save to their drive is missing the next time. We have "
        "told them to mail files to themselves.",
    ),
    Story(
        Impact.HIGH,
        "Sessions freeze for a minute every few minutes",
        "Started after lunch. Teachers have given up on the video class.",
    ),
    Story(
        Impact.NORMAL,
        "Printing from Inventor comes out on A4",
        "The plotter wants letter. A few students print from the preview instead, that works.",
    ),
    Story(
        Impact.NORMAL,
        "Black screen for a few seconds at sign-in",
        "Not a big deal but the kids ask. It goes away by itself.",
    ),
    Story(
        Impact.NORMAL,
        "Sound stutters in Premiere",
        "Only on the older Chromebooks in room 214. Headphones or not, the same.",
    ),
    Story(
        Impact.NORMAL,
        "One class is missing from the roster",
        "Period 4 Robotics doesn't show for Mr. Dunn. The students are in the other list.",
    ),
    Story(
        Impact.NORMAL,
        "Keyboard layout switches to UK",
        "The quotation mark is on the wrong key for some. They change it back each time.",
    ),
    Story(
        Impact.LOW,
        "How do I add a new school?",
        "We open a new elementary in January. Where do I enter it, and do we need new licenses?",
    ),
    Story(
        Impact.LOW,
        "Could the app list be sorted by subject?",
        "The list is long by now. Subjects or favorites would help our younger ones.",
    ),
    Story(
        Impact.LOW,
        "Question about the setup guide, page 4",
        "The guide names a menu “Device policies” that we don't have. Has it moved?",
    ),
    Story(
        Impact.LOW,
        "Which ports does the firewall need?",
        "Our network team asks for a list of addresses and ports for the content filter.",
    ),
)
ALARMS = (
    ("SessionHostsDown: 9 of 12 hosts unreachable", "Pool east-2 has lost nine session hosts."),
    ("SignInErrorsHigh: 34 % of sign-ins fail", "Sign-in errors above 5 % for two minutes."),
    ("ProfileStoreSlow: p99 write 4.1 s", "Profile store writes are slower than 2 s."),
    ("CertificateExpires: gateway, 6 days", "The gateway's certificate expires in six days."),
)
FIRST_REPLIES = (
    "Thanks for writing, I'm looking at it right now. Which school is it, and since when?",
    "I can see it on our side too. I'm on it and will tell you as soon as I know more.",
    "Sorry about that! Could you try once more and send me the time at which it happens?",
    "Good question. Let me check that for you with a colleague.",
)
UPDATES = (
    "A short update: we have found the cause and are rolling out a fix, host by host.",
    "Still on it. The vendor has confirmed the fault on their side.",
    "I have changed the setting for your district. Could you check whether it is better now?",
    "We are waiting for one more log from the session host. Nothing to do for you meanwhile.",
)
FOLLOW_UPS = (
    "It is Lincoln High, room 214 and 216. Started a quarter past nine.",
    "Any news? Next period begins in twenty minutes.",
    "Still the same after a restart, sorry.",
    "It's better now, but two students still have it.",
)
THANKS = (
    "That did it. Thank you so much!",
    "Works again, thanks for the quick help.",
    "Perfect, thank you.",
)
NOTES = (
    "Same host as in yesterday's ticket. Asked Engineering to drain it.",
    "Roster sync shows a 403 for this class. Looks like a permission on their side.",
    "Called the school, they can work with the workaround until tomorrow.",
)
SOLUTIONS = (
    "This is fixed now: the hosts were running out of disk space and have been replaced. Please "
    "write if it comes back.",
    "Done! I have also added the steps to our setup guide, so the next person finds them.",
    "The vendor has repaired it. I have tested with one of your devices and all is well.",
)
