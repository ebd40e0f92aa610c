"""A freshness and link policy: limits are data, and each names the document that it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass

from records.verdicts import ColumnKind


@dataclass(frozen=True, slots=True)
class FreshnessLimit:
    """How old the newest item of a column of one kind may be."""

    days: int | None  # an age of exactly this many days is still fresh; None: exempt from age
    source: str  # document and article


@dataclass(frozen=True, slots=True)
class Policy:
    name: str
    title: str  # Chinese
    source: str  # the document
    limits: Mapping[ColumnKind, FreshnessLimit]
    undated_is_stale: bool  # 未注明发布时间的视为不更新
    empty_is_finding: bool
    blocked_share_voids: float  # a crawl in which more than this share of tried pages was refused accuses nobody
    max_plausible_future_days: int  # an item dated later than as_of by more than this is not taken for the newest
