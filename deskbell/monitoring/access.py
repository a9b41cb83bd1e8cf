"""Who may look at alarms and rotas: the team, after they have signed in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from deskbell.lib.errors import NotFound
from deskbell.people.models import Agent, Person

View = Callable[..., HttpResponse]


def agents_only(view: View) -> View:
    """Strangers are asked to sign in; for people who are not of the team there is no such page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not cast(Person, request.user).is_agent:
            raise NotFound("There is no such page.")
        return view(request, *args, **kwargs)

    return cast(View, login_required(guarded))


def agent_of(request: HttpRequest) -> Agent:
    """The agent who asks; behind `agents_only` there always is one."""
    return cast(Person, request.user).agent
