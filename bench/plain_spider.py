"""The spider that anyone would write first: a request for every link, no checks, nothing stored."""

import sys
from collections.abc import Iterator
from typing import Any

from scrapy import Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response, TextResponse


class PlainSpider(Spider):
    name = "plain"
    handle_httpstatus_all = True
    custom_settings = {  # noqa: RUF012 - the framework's own way
        "ROBOTSTXT_OBEY": True,
        "CONCURRENT_REQUESTS": 16,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "LOG_LEVEL": "ERROR",
    }

    def parse(self, response: Response, **_: Any) -> Iterator[Any]:
        if not isinstance(response, TextResponse):
            return
        for address in response.css("a::attr(href), img::attr(src), link::attr(href), script::attr(src)").getall():
            if not address.startswith(("javascript:", "mailto:", "#")):
                yield response.follow(address, callback=self.parse)


if __name__ == "__main__":
    process = CrawlerProcess()
    process.crawl(PlainSpider, start_urls=[sys.argv[1]])
    process.start()
