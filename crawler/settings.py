"""Scrapy's settings.  Read as a module by ``scrapy.cfg``; ``crawl_settings`` builds them for an audit.

No live object may stand here: Scrapy copies settings deeply.  What is alive reaches the spider as its argument.
"""

from typing import Final

from scrapy.settings import Settings

BOT_NAME: Final = "chengjian"
SPIDER_MODULES: Final = ["spiders"]
NEWSPIDER_MODULE: Final = "spiders"

# Without a Twisted reactor Scrapy runs inside the event loop of the program, once or several times.
TWISTED_REACTOR_ENABLED: Final = False
REMOTE_CONTROL_ENABLED: Final = False  # it opens a port that runs any Python it is sent
TELNETCONSOLE_ENABLED: Final = False

DOWNLOAD_HANDLERS: Final = {
    "http": "crawler.handler.PortalDownloadHandler",
    "https": "crawler.handler.PortalDownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
SCHEDULER: Final = "crawler.handler.HandOnScheduler"

# Pace, concurrency, robots.txt, redirects, repetitions and limits are decided by the frontier and the walk, which
# record what they do; Scrapy's own middlewares would do the same unseen.
DOWNLOADER_MIDDLEWARES_BASE: Final[dict[str, int]] = {}
SPIDER_MIDDLEWARES_BASE: Final[dict[str, int]] = {}
EXTENSIONS_BASE: Final[dict[str, int]] = {}
ROBOTSTXT_OBEY: Final = False
DOWNLOADER_STATS: Final = False
STATS_DUMP: Final = False
STATS_CLASS: Final = "scrapy.statscollectors.DummyStatsCollector"
CONCURRENT_REQUESTS: Final = 1000
CONCURRENT_REQUESTS_PER_DOMAIN: Final = 1000
CONCURRENT_ITEMS: Final = 4
DOWNLOAD_DELAY: Final = 0
SCRAPER_SLOT_MAX_ACTIVE_SIZE: Final = 10**12  # a backlog here would let paced requests go out in one burst
LOG_FORMATTER: Final = "crawler.quiet.QuietFormatter"
LOG_LEVEL: Final = "ERROR"


def crawl_settings() -> Settings:
    """The settings of one crawl, independent of the current directory."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    return settings
