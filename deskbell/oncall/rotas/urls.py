"""Addresses of the rota's screens."""

from __future__ import annotations

from django.urls import path

from deskbell.oncall.rotas import (
    layer_views,
    own_views,
    subscription_views,
    swap_views,
    temporary_views,
    views,
)

urlpatterns = [
    path("oncall", views.primary, name="oncall"),
    path("oncall/schedules", layer_views.add, name="add-schedule"),
    path("oncall/schedules/<int:number>/layers", layer_views.layers, name="layers"),
    path("oncall/schedules/<int:number>/removal", layer_views.remove, name="remove-schedule"),
    path("oncall/schedules/<int:number>", views.schedule, name="schedule"),
    path("oncall/schedules/<int:number>/overrides", views.overrides, name="overrides"),
    path("oncall/schedules/<int:number>/conflicts", views.conflicts, name="conflicts"),
    path("oncall/overrides/<int:number>/undo", views.undo, name="undo-override"),
    path(
        "oncall/schedules/<int:number>/temporary",
        temporary_views.temporary,
        name="temporary-schedule",
    ),
    path(
        "oncall/schedules/<int:number>/subscription",
        subscription_views.shifts,
        name="shifts-calendar",
    ),
    path("oncall/temporary/<int:number>/undo", temporary_views.undo, name="undo-temporary"),
    path("oncall/schedules/<int:number>/renewal", own_views.renew_schedule, name="renew-schedule"),
    path("oncall/schedules/<int:number>/swaps", swap_views.swaps, name="swaps"),
    path("oncall/swaps/<int:number>/answer", swap_views.answer, name="answer-swap"),
    path("swap/<str:token>", swap_views.link, name="swap"),
    path("oncall/mine", own_views.mine, name="own-rota"),
    path("oncall/absences", own_views.absence, name="absences"),
    path("oncall/absences/calendar", subscription_views.leave, name="leave-calendar"),
    path("oncall/absences/<int:number>/removal", own_views.remove_absence, name="remove-absence"),
    path("oncall/calendars/renewal", own_views.renew_calendar, name="renew-calendar"),
    path("oncall/calendars/<str:token>.ics", own_views.calendar, name="rota-calendar"),
    path("oncall/handover/<int:number>", own_views.handover, name="handover"),
]
