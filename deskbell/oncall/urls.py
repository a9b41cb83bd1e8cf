"""Addresses of the on-call room: the rota, the link of a page, and the button on a ticket."""

from __future__ import annotations

from django.urls import include, path

from deskbell.oncall import views
from deskbell.oncall.alerts import views as alerts
from deskbell.oncall.drills import views as drills
from deskbell.oncall.gaps import views as gaps
from deskbell.oncall.watching import views as watching
from deskbell.oncall.ways.phone import views as phone

urlpatterns = [
    path("", include("deskbell.oncall.calls.urls")),
    path("", include("deskbell.oncall.methods.urls")),
    path("", include("deskbell.oncall.policies.urls")),
    path("", include("deskbell.oncall.rotas.urls")),
    path("alerts/<int:number>", alerts.alert, name="alert"),
    path("oncall/gaps", gaps.gaps, name="gaps"),
    path("oncall/watch", watching.watch, name="watch"),
    path("oncall/drills", drills.drills, name="drills"),
    path("oncall/drills/plan", drills.add, name="plan-drill"),
    path("oncall/drills/<int:number>/runs", drills.run, name="run-drill"),
    path("oncall/drills/<int:number>/pause", drills.pause, name="pause-drill"),
    path("oncall/drills/<int:number>/removal", drills.remove, name="remove-drill"),
    path("page/<str:token>", views.page, name="page"),
    path("page/<str:token>/digits", phone.digits, name="digits"),
    path("tickets/<int:number>/acknowledgement", views.acknowledgement, name="acknowledgement"),
]
