"""Swaps: someone asks to be relieved, and may offer to take a turn in return. Whoever takes it makes two
linked overrides, which are made and undone together (S1)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.ids import digest, new_token
from deskbell.look.words import stretch
from deskbell.mail.queueing import can_be_written_to, letter, queue
from deskbell.oncall.models import Override, Schedule, Swap
from deskbell.oncall.overriding import Wish, override
from deskbell.people import notices
from deskbell.people.models import Agent
