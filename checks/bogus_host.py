"""Hosts that answer "success" to addresses that cannot exist: their dead pages cannot be told by status."""

from collections.abc import Iterator
from typing import Final

from checks.findings import JudgedSite, make_finding
from checks.hosts import root_of
from checks.soft_404 import tells_lies
from checks.wording import tell_attempts
from records.crawl import Attempt
from records.judgement import Finding
from records.verdicts import Severity

ID: Final = "bogus_host"


def find(site: JudgedSite) -> Iterator[Finding]:
    lying: dict[str, list[Attempt]] = {}
    for probe in site.facts.probes:
        if tells_lies([probe.attempt]):
            lying.setdefault(probe.host, []).append(probe.attempt)
    scheme = root_of(site.facts.site_url).partition(":")[0]
    for host, answers in lying.items():
        yield make_finding(
            ID,
            Severity.NOTICE,
            f"{scheme}://{host}/",
            f"{host} 对不存在的地址也返回成功状态，失效页面不易被发现。",
            where="；".join(sorted({probe.family for probe in site.facts.probes if probe.host == host})),
            how_seen=tell_attempts(answers),
            remedy="配置服务器，使不存在的页面返回 404 状态。",
        )
