"""The addresses of the agents' screens."""

from __future__ import annotations

from django.urls import path

from deskbell.inbox.views import chats, clocks, incidents, lists, mails, ticket, welcome

urlpatterns = [
    path("", lists.home, name="home"),
    path("inbox", lists.inbox, name="inbox"),
    path("inbox/live", lists.token, name="inbox-live"),
    path("inbox/chats", chats.queue, name="chats"),
    path("inbox/chats/live", chats.token, name="chats-live"),
    path("inbox/chats/mine", chats.mine, name="chats-mine"),
    path("inbox/chats/taking", chats.taking, name="chats-taking"),
    path("inbox/chats/presence", chats.presence, name="chats-presence"),
    path("inbox/chats/rules", chats.rules, name="chat-rules"),
    path("inbox/chats/rules/change", chats.rules_change, name="chat-rules-change"),
    path("inbox/chats/<int:pk>/acceptance", chats.acceptance, name="chat-acceptance"),
    path("inbox/chats/<int:pk>/handover", chats.handover, name="chat-handover"),
    path("inbox/chats/<int:pk>/ticket", chats.ticket, name="chat-ticket"),
    path("notices/live", lists.notices_token, name="notices-live"),
    path("welcome/<str:token>", welcome.welcome, name="welcome"),
    path("tickets/<int:number>", ticket.page, name="ticket"),
    path("tickets/<int:number>/live", ticket.token, name="ticket-live"),
    path("tickets/<int:number>/replies", ticket.replies, name="replies"),
    path("tickets/<int:number>/replies/<int:pk>/undo", ticket.undoing, name="undo"),
    path("tickets/<int:number>/notes", ticket.notes, name="notes"),
    path("tickets/<int:number>/impact", ticket.impact, name="impact"),
    path("tickets/<int:number>/assignment", ticket.assignment, name="assignment"),
    path("tickets/<int:number>/team", ticket.team, name="ticket-team"),
    path("tickets/<int:number>/reach", ticket.reach, name="reach"),
    path("tickets/<int:number>/state", ticket.state, name="state"),
    path("tickets/<int:number>/links/revocation", ticket.link_revocation, name="link-revocation"),
    path("tickets/<int:number>/clocks", clocks.every, name="clocks"),
    path("tickets/<int:number>/clocks.pdf", clocks.evidence, {"form": "pdf"}, name="clocks-pdf"),
    path("tickets/<int:number>/clocks/<str:metric>/<int:ordinal>", clocks.one, name="clock"),
    path(
        "tickets/<int:number>/clocks/<str:metric>/<int:ordinal>.pdf",
        clocks.evidence,
        {"form": "pdf"},
        name="clock-pdf",
    ),
    path(
        "tickets/<int:number>/clocks/<str:metric>/<int:ordinal>.png",
        clocks.evidence,
        {"form": "png"},
        name="clock-png",
    ),
    path("tickets/<int:number>/attachments/<int:pk>", ticket.attachment, name="attachment"),
    path(
        "tickets/<int:number>/messages/<int:pk>/formatted",
        mails.formatted_message,
        name="formatted",
    ),
    path("tickets/<int:number>/pictures/<int:pk>", mails.picture, name="picture"),
    path("tickets/<int:number>/followers", mails.followers, name="followers"),
    path("tickets/<int:number>/followers/<int:pk>/removal", mails.follower, name="follower"),
    path("tickets/<int:number>/merge", mails.join, name="merge"),
    path("tickets/<int:number>/messages/<int:pk>/split", mails.split_off, name="split"),
    path("tickets/<int:number>/putting-back", mails.back, name="putting-back"),
    path("tickets/<int:number>/unmerge", mails.part, name="unmerge"),
    path("tickets/<int:number>/incidents/<int:incident>", incidents.place, name="ticket-place"),
]
