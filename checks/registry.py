"""All checks, sorted by id.  A new check is a file beside this one, a line here and a page in docs/checks/."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from checks import (
    annual_report_late,
    blocked_link,
    bogus_host,
    broken_disclosure,
    broken_link,
    empty_column,
    empty_disclosure,
    hijacked_link,
    missing_disclosure,
    site_blocked,
    site_unreachable,
    stale_column,
    undated_column,
    unreachable_link,
)
from checks.findings import JudgedSite
from records.judgement import Finding


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of finding."""

    id: str
    title: str  # Chinese
    find: Callable[[JudgedSite], Iterator[Finding]]


CHECKS: Final[tuple[Check, ...]] = (
    Check(annual_report_late.ID, "政府信息公开年度报告逾期", annual_report_late.find),
    Check(blocked_link.ID, "拒绝访问的地址", blocked_link.find),
    Check(bogus_host.ID, "不存在的地址返回成功", bogus_host.find),
    Check(broken_disclosure.ID, "应公开内容打不开", broken_disclosure.find),
    Check(broken_link.ID, "坏链", broken_link.find),
    Check(empty_column.ID, "空白栏目", empty_column.find),
    Check(empty_disclosure.ID, "应公开内容为空", empty_disclosure.find),
    Check(hijacked_link.ID, "链接内容被篡改或域名易主", hijacked_link.find),
    Check(missing_disclosure.ID, "应公开内容缺失", missing_disclosure.find),
    Check(site_blocked.ID, "网站拒绝检查", site_blocked.find),
    Check(site_unreachable.ID, "网站无法访问", site_unreachable.find),
    Check(stale_column.ID, "栏目未更新", stale_column.find),
    Check(undated_column.ID, "栏目未注明时间", undated_column.find),
    Check(unreachable_link.ID, "暂时打不开的地址", unreachable_link.find),
)
