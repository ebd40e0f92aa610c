"""Every table of the program, for the migrations and their tests: importing the modules fills the one metadata."""

from storage import chain_tables, crawl_tables, filing_tables, news_tables, night_tables, round_tables, run_tables
from storage.tables import metadata

__all__ = [
    "chain_tables",
    "crawl_tables",
    "filing_tables",
    "metadata",
    "news_tables",
    "night_tables",
    "round_tables",
    "run_tables",
]
