"""Structured logs: one JSON object a line under the home, rotated, without secrets."""

import logging
import re
from collections.abc import Iterable, MutableMapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, Final

import structlog

FILE: Final = "chengjian.jsonl"
_BYTES: Final = 10 * 1024 * 1024
_FILES: Final = 9
# user:password@ in any address, and what looks like a key in a query
_USERINFO: Final = re.compile(r"(?P<scheme>(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,30}://)[^/@\s]{0,500}@", re.I)
_QUERY: Final = re.compile(r"(?P<name>(?:token|key|secret|password|passwd|pass)=)[^&\s]+", re.I)


class _File(RotatingFileHandler):
    """A log that cannot be written, as on a full disk, stops nobody."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  a name of the library
        return


class _Line(logging.Formatter):
    """The line that structlog made: a traceback is in it, and is not written a second time below it."""

    def format(self, record: logging.LogRecord) -> str:
        return record.getMessage()


class _Masked:
    """Hides what nobody may read in a log: passwords in addresses, and the texts that are known to be secret."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = sorted((one for one in secrets if len(one) > 3), key=len, reverse=True)

    def __call__(self, logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        for name, value in event.items():
            if isinstance(value, str):
                event[name] = self.mask(value)
        return event

    def mask(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return _QUERY.sub(r"\g<name>***", _USERINFO.sub(r"\g<scheme>***@", text))


def open_log(folder: Path, *, secrets: Iterable[str] = (), **bound: Any) -> Any:
    """A structured log into ``folder``; raises ``OSError`` where it cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"chengjian.night.{folder}"
    handler = _File(folder / FILE, maxBytes=_BYTES, backupCount=_FILES, encoding="utf-8", errors="backslashreplace")
    handler.setFormatter(_Line())
    logger = logging.getLogger(name)
    logger.propagate = False
    logger.setLevel(logging.INFO)
    for old in list(logger.handlers):
        logger.removeHandler(old)
        old.close()
    logger.addHandler(handler)
    return structlog.wrap_logger(
        logger,
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _Masked(secrets),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    ).bind(**bound)


def close_log(folder: Path) -> None:
    """Close the file of a log, as at the end of a program."""
    logger = logging.getLogger(f"chengjian.night.{folder}")
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()
