"""The day and hour as they are at the portals (``storage.clock``), under the name by which the crawler asks for it."""

from storage.clock import CHINA, now

__all__ = ["CHINA", "now"]
