"""Addresses of the team's screens of incidents."""

from __future__ import annotations

from django.urls import path

from deskbell.incidents.views import cause, incident, lines, lists, postmortem, tickets, updates

urlpatterns = [
    path("incidents", lists.incidents, name="incidents"),
    path("incidents/new", lists.new, name="incident-new"),
    path("incidents/live", lists.token, name="incidents-live"),
    path("incidents/templates", updates.templates, name="incident-templates"),
    path(
        "incidents/proposals/<int:pk>/declaration",
        tickets.proposal_declaration,
        name="proposal-declaration",
    ),
    path(
        "incidents/proposals/<int:pk>/dismissal",
        tickets.proposal_dismissal,
        name="proposal-dismissal",
    ),
    path("incidents/proposals/<int:pk>/return", tickets.proposal_return, name="proposal-return"),
    path("alerts/<int:number>/incident", lists.from_alert, name="incident-from-alert"),
    path("tickets/<int:number>/incident", lists.from_ticket, name="incident-from-ticket"),
    path("components/<int:pk>/incident", lists.from_component, name="incident-from-component"),
    path("incidents/<int:number>", incident.incident, name="incident"),
    path("incidents/<int:number>/live", incident.token, name="incident-live"),
    path("incidents/<int:number>/facts", incident.facts, name="incident-facts"),
    path("incidents/<int:number>/components", incident.components, name="incident-components"),
    path("incidents/<int:number>/districts", incident.districts, name="incident-districts"),
    path("incidents/<int:number>/roles", incident.roles, name="incident-roles"),
    path("incidents/<int:number>/notes", incident.notes, name="incident-notes"),
    path("incidents/<int:number>/reopening", incident.reopening, name="incident-reopening"),
    path("incidents/<int:number>/tickets", tickets.tickets, name="incident-tickets"),
    path("incidents/<int:number>/tickets/leaving", tickets.leaving, name="incident-leaving"),
    path("incidents/<int:number>/tickets/telling", tickets.telling, name="incident-telling"),
    path("incidents/<int:number>/tickets/solving", tickets.solving, name="incident-solving"),
    path("incidents/<int:number>/update", updates.update, name="incident-update"),
    path("incidents/<int:number>/update/preview", updates.preview, name="incident-preview"),
    path("incidents/<int:number>/cause", cause.cause, name="incident-cause"),
    path("incidents/<int:number>/cause/waiting", cause.waiting, name="incident-waiting"),
    path(
        "incidents/<int:number>/tickets/solving/undo", cause.solving_undone, name="incident-unsolve"
    ),
    path("incidents/<int:number>/postmortem", postmortem.postmortem, name="incident-postmortem"),
    path(
        "incidents/<int:number>/postmortem/publication",
        postmortem.publication,
        name="incident-publication",
    ),
    path("incidents/of-alert/<int:number>", lines.of_alert, name="incident-of-alert"),
    path("incidents/of-component/<int:pk>", lines.of_component, name="incident-of-component"),
]
