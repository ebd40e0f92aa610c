"""The short texts of disclosure pages: cells of a table, points of a promise, 本单位无行政许可事项.

Taken one by one they look like labels of the template, so they are held against those of the other disclosure pages:
what stands on several of them belongs to the template, the rest to the page.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from records.crawl import PageFact


def short_text_lengths(pages: Iterable[PageFact]) -> Mapping[str, int]:
    """Visible characters of the short texts that each page has to itself, by its final address; 0 is left out."""
    by_content = {page.sha256: page for page in pages if page.reading.short_runs}
    shown = Counter(run for page in by_content.values() for run in page.reading.short_runs)
    lengths = {page.final_url: _own_length(page, shown) for page in by_content.values()}
    return {url: length for url, length in lengths.items() if length}


def _own_length(page: PageFact, shown: Mapping[str, int]) -> int:
    reading = page.reading
    names = {reading.title, reading.name, reading.site_name, reading.says_empty, *reading.breadcrumb}
    names.update(sign.text for sign in reading.signs if sign.where == "self")
    return sum(len(run) for run in reading.short_runs if shown[run] == 1 and run not in names)
