"""Every table of the program, for the migrations and their tests: importing the modules fills the one metadata."""

from storage import filing_tables, news_tables, round_tables, run_tables
from storage.tables import metadata

__all__ = ["filing_tables", "metadata", "news_tables", "round_tables", "run_tables"]
