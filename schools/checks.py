"""Refuses settings with which no message to a guardian could leave, or only to a log."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

CHANNELS = ("", "console", "file", "sms")


def _problems() -> list[str]:
    found = []
    name, gateway = settings.NOTICE_CHANNEL, settings.SMS_GATEWAY
    if name not in CHANNELS:
        found.append(f"NOTICE_CHANNEL is one of: {', '.join(CHANNELS[1:])}, or empty.")
    if name in ("console", "file") and not settings.DEBUG:
        found.append("NOTICE_CHANNEL console and file are for developing: they write texts down.")
    if name != "sms":
        return found
    parts = urlsplit(gateway["url"])
    if parts.scheme not in ("http", "https") or not parts.hostname:
        found.append("SMS_URL is no address of a gateway.")
    if gateway["format"] not in ("json", "form", "query"):
        found.append("SMS_FORMAT is json, form or query.")
    for key in ("fields", "headers"):
        if not isinstance(gateway[key], dict):
            found.append(f"SMS_{key.upper()} is a JSON object.")
    try:
        re.compile(gateway["success"])
    except re.error:
        found.append("SMS_SUCCESS is no regular expression.")
    if urlsplit(settings.PUBLIC_ADDRESS).scheme != "https" and not settings.DEBUG:
        found.append("PUBLIC_ADDRESS stands in messages to guardians: it begins with https://.")
    return found


@register()
def messages_can_leave(**_: Any) -> list[CheckMessage]:
    return [Error(problem, id="schools.E001") for problem in _problems()]
