"""Reads a CloudWatch alarm out of a notification of Amazon SNS that was signed by Amazon.

Follows AWS's documentation: “Parsing Amazon SNS message formats”, “Verifying the signatures of Amazon
SNS messages” and the JSON of a CloudWatch alarm's notification.
"""

from __future__ import annotations

import json
from typing import Any

from deskbell.lib import sns
from deskbell.lib.errors import Refused
from deskbell.lib.outbound import Unreachable
from deskbell.monitoring.intake.common import Arrived, instant, json_object, text
from deskbell.monitoring.intake.normal import INFO, UNKNOWN, Reading, Reported, Unreadable

NOTIFICATION = "Notification"
CONFIRMATIONS = ("SubscriptionConfirmation", "UnsubscribeConfirmation")


def read(arrived: Arrived) -> Reading:
    """The alarm of a notification; a confirmation of a subscription is answered, and is no alert.

    Raises Unreadable for a topic that is not on the source's list, and for what Amazon did not sign.
    """
    document = json_object(arrived.content)
    kind, topic = text(document.get("Type")), text(document.get("TopicArn"))
    allowed = arrived.settings.get("topics") or []
    if topic not in allowed:
        raise Unreadable(
            f"Its topic is “{topic[:200]}”, which is not on the list of this source: add it and try again."
        )
    try:
        sns.verify(document)
        if kind == "SubscriptionConfirmation":
            sns.confirm(document)
    except (sns.NotFromAmazon, Refused, Unreachable) as error:
        raise Unreadable(str(error)) from None
    if kind in CONFIRMATIONS:
        return Reading(())
    if kind != NOTIFICATION:
        raise Unreadable(f"Its type is {kind[:40]!r}, which SNS does not have.")
    return Reading((_reported(document, arrived),))


def _reported(document: dict[str, Any], arrived: Arrived) -> Reported:
    said = document.get("Message")
    try:
        alarm = json.loads(said) if isinstance(said, str) else None
    except (ValueError, RecursionError):
        alarm = None
    if not isinstance(alarm, dict) or not alarm.get("NewStateValue"):
        return _plain(document, arrived)
    state, name = text(alarm["NewStateValue"]), text(alarm.get("AlarmName"), 300)
    at = instant(_with_colon(alarm.get("StateChangeTime")), "StateChangeTime") or arrived.at
    dimensions = (alarm.get("Trigger") or {}) if isinstance(alarm.get("Trigger"), dict) else {}
    return Reported(
        key=text(alarm.get("AlarmArn")) or name,
        title=f"{name or 'CloudWatch alarm'}: {text(alarm.get('NewStateReason'), 300)}".rstrip(
            ": "
        ),
        text="\n\n".join(
            part
            for part in (
                text(alarm.get("AlarmDescription")),
                text(alarm.get("NewStateReason")),
                f"region = {text(alarm.get('Region'))}\naccount = {text(alarm.get('AWSAccountId'))}",
                f"metric = {text(dimensions.get('Namespace'))}/{text(dimensions.get('MetricName'))}",
            )
            if part
        ),
        severity="",
        labels={"alarm": name},
        started=at,
        ended=at if state == "OK" else None,
        state=UNKNOWN if state == "INSUFFICIENT_DATA" else "open",
        knows_start=False,
    )


def _plain(document: dict[str, Any], arrived: Arrived) -> Reported:
    """A notification that is no alarm: someone published words to the topic, for a person to read."""
    said = text(document.get("Message"))
    return Reported(
        key=text(document.get("MessageId"))[:200],
        title=text(document.get("Subject"), 300) or said[:300] or "A message without words",
        text=said,
        severity="",
        labels={},
        started=instant(document.get("Timestamp"), "Timestamp") or arrived.at,
        ended=None,
        state=INFO,
    )


def _with_colon(written: Any) -> Any:
    """CloudWatch writes its offset as +0000."""
    return (
        f"{written[:-2]}:{written[-2:]}"
        if isinstance(written, str) and written[-5:-4] in "+-"
        else written
    )
