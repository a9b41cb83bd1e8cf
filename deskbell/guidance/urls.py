"""The addresses of the desk's screens of onboardings; the district's are the portal's."""

from __future__ import annotations

from django.urls import path

from deskbell.guidance.views import lists, onboarding, steps, template

ONE = "onboardings/<int:pk>"
STEP = f"{ONE}/steps/<int:step>"

urlpatterns = [
    path("onboardings", lists.onboardings, name="onboardings"),
    path("onboardings.csv", lists.export, name="onboardings-csv"),
    path("onboardings/new", lists.new, name="onboarding-new"),
    path("onboardings/template", template.template, name="onboarding-template"),
    path("onboardings/template/undo", template.undo, name="onboarding-template-undo"),
    path(ONE, onboarding.onboarding, name="onboarding"),
    path(f"{ONE}/dates", onboarding.dates, name="onboarding-dates"),
    path(f"{ONE}/lead", onboarding.lead, name="onboarding-lead"),
    path(f"{ONE}/ending", onboarding.ending, name="onboarding-ending"),
    path(f"{ONE}/resumption", onboarding.resumption, name="onboarding-resumption"),
    path(f"{ONE}/events/<int:sequence>/undo", onboarding.undoing, name="onboarding-undo"),
    path(f"{ONE}/steps", steps.adding, name="onboarding-steps"),
    path(f"{STEP}/done", steps.done, name="onboarding-step-done"),
    path(f"{STEP}/reopening", steps.reopening, name="onboarding-step-reopening"),
    path(f"{STEP}/owner", steps.owner, name="onboarding-step-owner"),
    path(f"{STEP}/due", steps.due, name="onboarding-step-due"),
    path(f"{STEP}/removal", steps.removal, name="onboarding-step-removal"),
]
