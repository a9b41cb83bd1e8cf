"""Addresses of contact methods."""

from __future__ import annotations

from django.urls import path

from deskbell.oncall.methods import views

urlpatterns = [
    path("oncall/methods", views.methods, name="methods"),
    path("oncall/methods/<int:number>", views.change, name="change-method"),
    path("oncall/methods/<int:number>/test", views.test, name="test-method"),
    path("oncall/methods/<int:number>/code", views.code, name="confirm-method"),
    path("oncall/methods/<int:number>/removal", views.remove, name="remove-method"),
    path("oncall/methods/<int:number>/undo", views.undo, name="undo-removal-of-method"),
    path("oncall/push-worker.js", views.push_worker, name="push-worker"),
    path("oncall/reachability", views.reachability, name="reachability"),
]
