"""How to walk: Scrapy settings, middlewares, manners, attempts, rendering, re-check."""
