"""Feeds as vendors publish them. Each says which upstream document its fields follow."""

from __future__ import annotations

import json
from typing import Any


def summary(**changes: Any) -> bytes:
    """`summary.json` of the Status API v2, after “Summary” in a Statuspage's own `/api/v2` documentation:
    page, status, components (with groups), unresolved incidents with updates and components."""
    document = {
        "page": {
            "id": "kctbh9vrtdwd",
            "name": "Canvas",
            "url": "https://status.lms.example",
            "updated_at": "2026-11-24T14:00:00Z",
        },
        "status": {"indicator": "none", "description": "All Systems Operational"},
        "components": [
            component("Rooms", id="g1", group=True),
            component(),
            component("Grades", id="c2"),
        ],
        "incidents": [],
        "scheduled_maintenances": [],
    }
    return json.dumps(document | changes).encode()


def component(name: str = "Courses", **changes: Any) -> dict[str, Any]:
    """A component of `summary.json`, as above."""
    written = {"id": "c1", "name": name, "status": "operational", "group_id": None, "group": False}
    return written | changes


def incident(**changes: Any) -> dict[str, Any]:
    """An incident of `summary.json`, as above."""
    written = {
        "id": "p31zjtct2jer",
        "name": "Pages load slowly",
        "status": "investigating",
        "impact": "major",
        "created_at": "2026-11-24T13:55:00.000Z",
        "started_at": "2026-11-24T13:50:00.000Z",
        "resolved_at": None,
        "shortlink": "https://stspg.example/p31z",
        "incident_updates": [
            {
                "id": "u1",
                "status": "investigating",
                "body": "We are looking into it.",
                "created_at": "2026-11-24T13:55:00.000Z",
                "display_at": "2026-11-24T13:55:00.000Z",
            }
        ],
        "components": [{"id": "c1", "name": "Courses"}],
    }
    return written | changes


def google(*incidents: dict[str, Any]) -> bytes:
    """`incidents.json`, after the schema `incidents.schema.json` that Google publishes beside it."""
    return json.dumps(incidents).encode()


def google_incident(**changes: Any) -> dict[str, Any]:
    """One incident of that array: still open, and worse before than it is now."""
    written = {
        "id": "7zr8LmPkqXw",
        "number": "1234567",
        "begin": "2026-11-24T13:00:00+00:00",
        "created": "2026-11-24T13:05:00+00:00",
        "modified": "2026-11-24T13:40:00+00:00",
        "external_desc": "**Users can't open classes**\nMore words",
        "status_impact": "SERVICE_OUTAGE",
        "severity": "high",
        "affected_products": [{"title": "Classroom", "id": "rBG5"}],
        "uri": "incidents/7zr8LmPkqXw",
        "most_recent_update": {
            "when": "2026-11-24T13:40:00+00:00",
            "status": "SERVICE_DISRUPTION",
            "text": "Some classes open again.",
        },
        "updates": [
            {
                "when": "2026-11-24T13:40:00+00:00",
                "status": "SERVICE_DISRUPTION",
                "text": "Some classes open again.",
            },
            {
                "when": "2026-11-24T13:05:00+00:00",
                "status": "SERVICE_OUTAGE",
                "text": "No class opens.",
            },
        ],
    }
    return written | changes


def rss(*items: str) -> bytes:
    """RSS 2.0, after “RSS 2.0 Specification” (rssboard.org), with times as Amazon's status feed has them."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Status</title>'
        f"<link>https://status.cloud.example</link>{''.join(items)}</channel></rss>"
    ).encode()


def rss_item(text: str = "We see &lt;b&gt;errors&lt;/b&gt;.", guid: str = "#ec2_1") -> str:
    """One item, as above: HTML in its description, no severity anywhere."""
    return (
        "<item><title><![CDATA[Increased errors]]></title><link>https://status.cloud.example/1</link>"
        f"<pubDate>Tue, 24 Nov 2026 05:55:00 PST</pubDate><guid>{guid}</guid>"
        f"<description>{text}</description></item>"
    )


ATOM = b"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Status</title>
<entry><id>tag:status.example,2005:Incident/1</id><title>Login is slow</title>
<published>2026-11-24T08:30:00-05:00</published><updated>2026-11-24T08:50:00-05:00</updated>
<link rel="alternate" type="text/html" href="https://status.example/incidents/1"/>
<content type="html">&lt;p&gt;We are &lt;strong&gt;investigating&lt;/strong&gt;.&lt;/p&gt;</content>
</entry></feed>"""
# After RFC 4287, as Statuspage writes its history.atom.

BILLION_LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>
<rss version="2.0"><channel><item><guid>1</guid><title>&b;</title></item></channel></rss>"""
# After “XML bombs” in Python's documentation of `xml`, shortened.
FILE_READER = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<rss version="2.0"><channel><item><guid>1</guid><title>&x;</title></item></channel></rss>"""
