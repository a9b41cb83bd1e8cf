"""What happens when ...? This page is the whole answer: who listens to which fact, and when.

Listeners of the first table run inside the transaction of the change, from top to bottom. Those of
the second draw fragments for the browsers; they reach them at commit and are dropped at rollback.
"""

from __future__ import annotations

from deskbell.chat import attention
from deskbell.chat import queue as chat_queue
from deskbell.chat import uploading as chat_uploading
from deskbell.chat.events import QueueChanged, TakersChanged, Triaged
from deskbell.helpcenter import illustrating
from deskbell.inbox import chats_live, draft_files, speaking
from deskbell.inbox import live as inbox_live
from deskbell.incidents import announcing, following, grouping, known
from deskbell.incidents.desk import live as incidents_live
from deskbell.incidents.events import IncidentChanged, ProposalsChanged, UpdatePublished
from deskbell.incidents.news import queueing as news
from deskbell.incidents.status_page import loop as status_page
from deskbell.lib.telling import Table
from deskbell.mail import erasing as mail_erasing
from deskbell.mail import notices as mail_notices
from deskbell.mail import outbound, receipts, returns, threads
from deskbell.mail import trouble as mail_trouble
from deskbell.mail.facts import MailAddressed, MailMoved, NoticeAnswered
from deskbell.messenger import live as messenger_live
from deskbell.messenger import triage, trouble
from deskbell.monitoring.alerts import AlertEnded, AlertRaised
from deskbell.monitoring.intake.by_mail import taking as alerts_by_mail
from deskbell.monitoring.maintenance.facts import MaintenanceMoved
from deskbell.monitoring.standing import ComponentMoved
from deskbell.oncall import ladder, paging
from deskbell.oncall import replies as oncall_replies
from deskbell.oncall.drills import jobs as drill_jobs
from deskbell.oncall.drills import running as drills
from deskbell.oncall.escalating import Paged
from deskbell.oncall.gaps import keeping as gaps
from deskbell.oncall.ways.mail import sending as page_mails
from deskbell.people.notices import Noticed
from deskbell.people.teams import AccessTaken
from deskbell.sla import keeping, moving
from deskbell.sla import notices as sla_notices
from deskbell.sla.moving import PolicyChanged
from deskbell.sla.timers import ClockBreached, ClockStillLate, ClocksTold, ClockWarned
from deskbell.sla.versions import PromisesChanged
from deskbell.tickets import escalating, mentioning, snoozing
from deskbell.tickets.aside.erasing import FilesLeft, TicketErased
from deskbell.tickets.events import (
    Acknowledged,
    AlertNoted,
    Assigned,
    BroughtBack,
    Contested,
    Escalated,
    FieldChanged,
    FollowersChanged,
    ImpactChanged,
    LiveChanged,
    Merged,
    MessagePosted,
    ReplyUndone,
    RequesterChanged,
    SetAside,
    Snoozed,
    Split,
    StateChanged,
    TagsChanged,
    TicketOpened,
)
from deskbell.tickets.finding import indexing

IN_THE_SAME_TRANSACTION: Table = {
    TicketOpened: [
        keeping.recompute,
        indexing.keep,
        receipts.queue,
        outbound.queue,
        paging.page_if_promised,
        returns.heard_from,
        grouping.wake_up,
    ],
    MessagePosted: [
        keeping.recompute,
        indexing.keep,
        mentioning.note_mentions,
        outbound.queue,
        oncall_replies.take_as_answer,
        returns.heard_from,
        chat_queue.answered,
    ],
    ReplyUndone: [keeping.recompute, indexing.keep, outbound.withdraw],
    StateChanged: [keeping.recompute, oncall_replies.take_as_answer, chat_queue.over],
    Assigned: [escalating.follow_assignment, chat_queue.given_by_hand],
    Escalated: [keeping.recompute],
    ImpactChanged: [keeping.recompute, paging.page_if_promised],
    FieldChanged: [indexing.keep],
    RequesterChanged: [moving.follow_district, indexing.keep],
    PolicyChanged: [keeping.recompute],
    PromisesChanged: [gaps.promises_changed],
    LiveChanged: [keeping.recompute, chat_queue.over, outbound.queue_unseen],
    Merged: [keeping.recompute, indexing.keep, threads.follow, following.merged],
    Split: [keeping.recompute, indexing.keep, threads.move_along],
    SetAside: [keeping.recompute, oncall_replies.take_as_answer],
    BroughtBack: [keeping.recompute, paging.page_if_promised],
    TicketErased: [mail_erasing.forget, chat_uploading.forget],
    FilesLeft: [
        mail_erasing.keep_logos,
        chat_uploading.keep_uploads,
        illustrating.keep_pictures,
        draft_files.keep_waiting,
    ],
    AlertNoted: [keeping.recompute],
    Acknowledged: [keeping.recompute, oncall_replies.stop_calling, drill_jobs.note_acknowledged],
    AlertRaised: [drills.recognize, paging.page, grouping.wake_up],
    AlertEnded: [paging.alert_over],
    ClockWarned: [snoozing.rouse_for_clock, paging.page_about_clock],
    ClockBreached: [snoozing.rouse_for_clock, paging.page_about_clock],
    ClockStillLate: [paging.page_about_clock],
    ClocksTold: [sla_notices.tell_people],
    Noticed: [mail_notices.queue],
    MailMoved: [page_mails.mail_moved, ladder.mail_failed],
    MailAddressed: [alerts_by_mail.take],
    NoticeAnswered: [oncall_replies.take_mail],
    IncidentChanged: [status_page.changed],
    UpdatePublished: [news.update_published, status_page.changed],
    ComponentMoved: [status_page.changed],
    MaintenanceMoved: [announcing.window_moved, status_page.changed],
}

LIVE: Table = {
    TicketOpened: [inbox_live.push_opened, speaking.of_opened],
    MessagePosted: [
        inbox_live.push,
        messenger_live.push,
        chats_live.push_ticket,
        speaking.of_messages,
    ],
    ReplyUndone: [inbox_live.push_undone],
    StateChanged: [inbox_live.push, chats_live.push_ticket],
    ImpactChanged: [inbox_live.push, chats_live.push_ticket, triage.push_impact],
    Assigned: [inbox_live.push, chats_live.push_ticket, speaking.of_assigned],
    Contested: [inbox_live.push],
    Escalated: [inbox_live.push],
    TagsChanged: [inbox_live.push],
    FieldChanged: [inbox_live.push],
    Snoozed: [inbox_live.push],
    PolicyChanged: [inbox_live.push],
    LiveChanged: [inbox_live.push, chats_live.push_ticket],
    QueueChanged: [chats_live.push, attention.push],
    Triaged: [triage.push],
    TakersChanged: [chats_live.push_takers],
    RequesterChanged: [inbox_live.push],
    FollowersChanged: [inbox_live.push],
    Merged: [inbox_live.push],
    Split: [inbox_live.push_split],
    SetAside: [inbox_live.push],
    BroughtBack: [inbox_live.push],
    AlertNoted: [inbox_live.push],
    Paged: [inbox_live.push, incidents_live.push_ticket],
    Acknowledged: [inbox_live.push, incidents_live.push_ticket],
    ClocksTold: [inbox_live.push_clocks],
    MailMoved: [inbox_live.push_mail],
    Noticed: [inbox_live.push_notice, speaking.of_notices],
    AccessTaken: [inbox_live.shut_out],
    IncidentChanged: [incidents_live.push, inbox_live.push_places],
    ProposalsChanged: [incidents_live.push_proposals],
    UpdatePublished: [incidents_live.push, trouble.push],
    ComponentMoved: [incidents_live.push_component],
    AlertEnded: [incidents_live.push_alert],
}

mail_trouble.ask_of_trouble(known.trouble_for)
