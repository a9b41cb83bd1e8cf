"""The addresses under which coverages are looked at and edited."""

from __future__ import annotations

from django.urls import URLPattern, path

from deskbell.sla.views import calendars as school
from deskbell.sla.views import closures, dates, editing, holidays
from deskbell.sla.views import coverages as views

_ALL = "promises/coverages"
_ONE = f"{_ALL}/<slug:key>"

coverages: list[URLPattern] = [
    path(_ALL, views.coverages, name="coverages"),
    path(f"{_ALL}/edits/<int:pk>/undo", editing.undo, name="coverage-undo"),
    path(_ONE, views.year, name="coverage"),
    path(f"{_ONE}/week", editing.week, name="coverage-week"),
    path(f"{_ONE}/name", editing.name, name="coverage-name"),
    path(f"{_ONE}/removal", editing.removal, name="coverage-removal"),
    path(f"{_ONE}/history", views.history, name="coverage-history"),
    path(f"{_ONE}/dates", dates.dates, name="coverage-dates"),
    path(f"{_ONE}/dates/<int:pk>", dates.one, name="coverage-date"),
    path(f"{_ONE}/dates/<int:pk>/removal", dates.removal, name="coverage-date-removal"),
    path(f"{_ONE}/closure", closures.closure, name="coverage-closure"),
    path(f"{_ONE}/holidays", holidays.observed, name="coverage-holidays"),
    path(f"{_ONE}/holidays/choice", holidays.choice, name="coverage-holidays-choice"),
    path(f"{_ONE}/holidays/<int:pk>/removal", holidays.removal, name="coverage-holidays-removal"),
    path(f"{_ONE}/calendars", school.calendars, name="coverage-calendars"),
    path(f"{_ONE}/calendars/choice", school.choice, name="coverage-calendar-choice"),
    path(f"{_ONE}/calendars/<int:pk>/removal", school.removal, name="coverage-calendar-removal"),
]
