"""Sends a text to people: mail, WeCom (企业微信), DingTalk (钉钉), webhook … through Apprise.

An address holds a password or a token: it is never logged, only its kind and a short hash of it.
"""

import hashlib
import logging
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

KINDS: Final = {
    "mailto": "邮件",
    "mailtos": "邮件",
    "wecombot": "企业微信",
    "dingtalk": "钉钉",
    "json": "Webhook",
    "jsons": "Webhook",
    "form": "Webhook",
    "forms": "Webhook",
    "xml": "Webhook",
    "xmls": "Webhook",
}
_PING_SECONDS: Final = 15.0


@dataclass(frozen=True, slots=True)
class Channel:
    """One address to tell."""

    url: str

    def __repr__(self) -> str:  # a traceback or a log line must not show the token
        return f"Channel({self.kind} {self.key})"

    @property
    def kind(self) -> str:
        scheme, mark, _ = self.url.partition("://")
        return KINDS.get(
            scheme.lower(), scheme.lower() if mark and scheme.isalnum() else "未知"
        )  # a bare token is no kind

    @property
    def key(self) -> str:
        """What it is called in the database: not to be turned back into the address."""
        return hashlib.sha256(self.url.encode()).hexdigest()[:12]


def fault_of(channel: Channel) -> str:
    """Why nothing can ever be sent to it, empty where it is well-formed."""
    return "" if _plugin(channel) is not None else f"通知地址（{channel.kind}）写法有误，Apprise 不认识"


def send(channel: Channel, title: str, text: str, attachment: Path | None = None) -> bool:
    """Send a text; whether the other side took it.  Blocks for as long as the other side takes."""
    import apprise

    plugin = _plugin(channel)
    if plugin is None:
        return False
    sender = apprise.Apprise()
    sender.add(plugin)
    mail = channel.url.lower().startswith("mailto")
    try:
        return bool(
            sender.notify(
                body=text,
                title=title,
                body_format=apprise.NotifyFormat.TEXT,
                attach=str(attachment) if mail and attachment is not None and attachment.is_file() else None,
            )
        )
    except (OSError, TypeError, ValueError):  # a plugin that did not expect what came back
        return False


def _plugin(channel: Channel) -> Any:
    import apprise

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its complaints name the address
    with warnings.catch_warnings():  # of its many plugins one or the other uses what Python is about to drop
        warnings.simplefilter("ignore", DeprecationWarning)
        plugin = apprise.Apprise.instantiate(channel.url, suppress_exceptions=True)
    if plugin:
        plugin.overflow_mode = apprise.OverflowMode.SPLIT  # a long digest goes in parts instead of not at all
        return plugin
    return None


def ping(url: str) -> bool:
    """Call the dead man's switch."""
    try:
        return httpx.get(url, timeout=_PING_SECONDS, follow_redirects=True, trust_env=False).is_success
    except (httpx.HTTPError, httpx.InvalidURL):
        return False
