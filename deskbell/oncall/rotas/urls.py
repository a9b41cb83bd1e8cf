"""Addresses of the rota's screens."""

from __future__ import annotations

from django.urls import path

from deskbell.oncall.rotas import layer_views, views

urlpatterns = [
    path("oncall", views.primary, name="oncall"),
    path("oncall/schedules", layer_views.add, name="add-schedule"),
    path("oncall/schedules/<int:number>/layers", layer_views.layers, name="layers"),
    path("oncall/schedules/<int:number>/removal", layer_views.remove, name="remove-schedule"),
    path("oncall/schedules/<int:number>", views.schedule, name="schedule"),
    path("oncall/schedules/<int:number>/overrides", views.overrides, name="overrides"),
    path("oncall/schedules/<int:number>/conflicts", views.conflicts, name="conflicts"),
    path("oncall/overrides/<int:number>/undo", views.undo, name="undo-override"),
]
