"""The settings by which Scrapy itself drives a crawl: ``scrapy crawl portal -a url=…``, scrapyd.

Those of ``crawler.settings``, and where what is seen is kept.  Read by ``scrapy.cfg``; nothing else imports it.
"""

from crawler.settings import *  # noqa: F403  a settings module is the sum of its names

PORTAL_AUDIT = "chengjian.scrapy_audit.StoredAudit"
LOG_LEVEL = "INFO"  # type: ignore[misc]  # Final to readers of crawler.settings; here the settings are made
