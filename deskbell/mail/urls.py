"""The addresses of the mail room: the quarantine, the doors, how mail leaves, and what services call."""

from __future__ import annotations

from django.urls import path

from deskbell.mail.views import addresses, doors, letters, look, others, quarantine
from deskbell.mail.webhooks import views as webhooks

urlpatterns = [
    path("mail/quarantine", quarantine.listed, name="quarantine"),
    path("mail/quarantine/retry", quarantine.retry_all, name="quarantine-retry"),
    path("mail/quarantine/senders/removal", quarantine.unblock, name="unblock-sender"),
    path("mail/quarantine/<int:pk>", quarantine.one, name="held-mail"),
    path("mail/quarantine/<int:pk>/raw", quarantine.download, name="held-mail-raw"),
    path("mail/quarantine/<int:pk>/retry", quarantine.retry, name="held-mail-retry"),
    path("mail/quarantine/<int:pk>/release", quarantine.release, name="held-mail-release"),
    path("mail/quarantine/<int:pk>/discard", quarantine.discard, name="held-mail-discard"),
    path("mail/quarantine/<int:pk>/return", quarantine.bring_back, name="held-mail-return"),
    path("mail/quarantine/s3/<int:pk>/retry", quarantine.fetch_again, name="in-s3-retry"),
    path("mail/quarantine/s3/<int:pk>/discard", quarantine.discard_in_s3, name="in-s3-discard"),
    path("mail/doors", doors.doors, name="mail-doors"),
    path("mail/mailboxes/<int:pk>", doors.mailbox, name="mailbox"),
    path("mail/mailboxes/<int:pk>/active", doors.switch, name="mailbox-active"),
    path("mail/mailboxes/<int:pk>/removal", doors.remove, name="mailbox-removal"),
    path("mail/mailboxes/<int:pk>/consent", doors.consent, name="mailbox-consent"),
    path("mail/consent", doors.consented, name="mailbox-consented"),
    path("mail/webhooks/<str:service>", doors.webhook, name="mail-webhook"),
    path("mail/in/<str:service>/<str:token>", webhooks.mail, name="mail-in"),
    path("mail/in/<str:service>/<str:token>/<str:ending>", webhooks.mail, name="mail-in-mime"),
    path("mail/addresses", addresses.addresses, name="mail-addresses"),
    path("mail/addresses/<int:pk>", addresses.address, name="mail-address"),
    path("mail/addresses/<int:pk>/activity", addresses.activity, name="mail-activity"),
    path("mail/addresses/<int:pk>/test", addresses.test, name="mail-test"),
    path("mail/addresses/<int:pk>/keys", addresses.keys, name="mail-keys"),
    path("mail/addresses/<int:pk>/keys/check", addresses.keys_check, name="mail-keys-check"),
    path("mail/letters/<str:kind>", letters.letter, name="mail-letter"),
    path("mail/letters/<str:kind>/preview", letters.preview, name="mail-preview"),
    path("mail/letters/<str:kind>/versions/<int:pk>", letters.version, name="mail-version"),
    path("mail/look", look.look, name="mail-look"),
    path("mail/logos/<str:sha256>", look.logo, name="mail-logo"),
    path("mail/reports/<str:service>", others.reports, name="mail-reports"),
    path("notices/mail", others.choices, name="notice-mails"),
    path("unsubscribe/<str:token>", others.unsubscription, name="unsubscribe"),
]
