"""Addresses of the on-call room: the rota, the link of a page, and the button on a ticket."""

from __future__ import annotations

from django.urls import include, path

from deskbell.oncall import views
from deskbell.oncall.gaps import views as gaps
from deskbell.oncall.watching import views as watching

urlpatterns = [
    path("", include("deskbell.oncall.calls.urls")),
    path("", include("deskbell.oncall.policies.urls")),
    path("", include("deskbell.oncall.rotas.urls")),
    path("oncall/gaps", gaps.gaps, name="gaps"),
    path("oncall/watch", watching.watch, name="watch"),
    path("page/<str:token>", views.page, name="page"),
    path("tickets/<int:number>/acknowledgement", views.acknowledgement, name="acknowledgement"),
]
