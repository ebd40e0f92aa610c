"""Every table of the program, for the migrations and their tests: importing the modules fills the one metadata."""

from storage import (
    account_tables,
    chain_tables,
    complaint_tables,
    crawl_tables,
    decision_tables,
    desk_tables,
    filing_tables,
    job_tables,
    news_tables,
    night_tables,
    round_tables,
    run_tables,
)
from storage.tables import metadata

__all__ = [
    "account_tables",
    "chain_tables",
    "complaint_tables",
    "crawl_tables",
    "decision_tables",
    "desk_tables",
    "filing_tables",
    "job_tables",
    "metadata",
    "news_tables",
    "night_tables",
    "round_tables",
    "run_tables",
]
