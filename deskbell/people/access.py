"""Who may come in: the team, after they have signed in; some doors are for administrators."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from deskbell.people.models import Agent, Person

View = Callable[..., HttpResponseBase]


def agents_only(view: View) -> View:
    """Strangers are asked to sign in; people who are not of the team are told so."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not cast(Person, request.user).is_agent:
            raise PermissionDenied("This part of the desk is for its team.")
        return view(request, *args, **kwargs)

    return cast(View, login_required(guarded))


def administrators_only(view: View) -> View:
    """What changes the desk itself, rather than a ticket."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not agent_of(request).is_administrator:
            raise PermissionDenied("Only an administrator of the desk may do this.")
        return view(request, *args, **kwargs)

    return agents_only(guarded)


def managers_only(view: View) -> View:
    """What the desk promises and when: for its managers and administrators."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not agent_of(request).manages:
            raise PermissionDenied("Only managers and administrators of the desk may do this.")
        return view(request, *args, **kwargs)

    return agents_only(guarded)


def agent_of(request: HttpRequest) -> Agent:
    """The agent who asks; behind `agents_only` there always is one."""
    return cast(Person, request.user).agent
