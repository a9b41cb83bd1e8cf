"""What the portal does in the background."""

from __future__ import annotations

from deskbell.lib.jobs import job
from deskbell.portal import link_mails


@job("mail_portal_link")
def mail_link(address: str, language: str, onward: str) -> None:
    """Mail a link to whoever asked for one, if the desk knows them."""
    link_mails.send(address, language=language, onward=onward)
