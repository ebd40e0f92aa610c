"""Scrapy's log, kept from the terminal of those who run an audit."""

from scrapy import Request
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from scrapy.spiders import Spider


class QuietFormatter(LogFormatter):
    """Says nothing about single responses: each of them is a fact in the sink."""

    # type: Scrapy's manual says "return None to skip it", its annotation does not.
    def crawled(self, request: Request, response: Response, spider: Spider) -> LogFormatterResult | None:  # type: ignore[override]
        return None
