"""What a crawl did not see, in sentences for its readers."""

from crawler.intake import Intake
from crawler.render import Renderer
from records.crawl import Counts, CrawlPlan


def coverage_notes(
    plan: CrawlPlan, counts: Counts, intake: Intake, unrendered: int, renderer: Renderer
) -> tuple[str, ...]:
    """Chinese sentences, one for each kind of gap."""
    notes = []
    if counts.robots_disallowed:
        notes.append(f"{counts.robots_disallowed} 个地址被 robots.txt 禁止，未访问。")
    if intake.not_external:
        notes.append(f"按要求未检查站外链接，共 {intake.not_external} 个。")
    if intake.private:
        notes.append(f"{intake.private} 个链接指向内网地址，从外部无法核实，未访问。")
    if unrendered:
        reason = "按要求未使用浏览器" if plan.render == "never" else "没有可用的浏览器"
        if renderer.trouble is not None:
            reason += f"（{renderer.trouble}）"
        notes.append(f"{unrendered} 个页面须用浏览器才能看到内容，{reason}，其内容未读取。")
    return tuple(notes)
