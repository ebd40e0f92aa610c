"""What a crawl did not see, in sentences for its readers."""

from crawler.intake import Intake
from crawler.render import Renderer
from crawler.tally import Tally
from records.crawl import Counts, CrawlPlan
from spiders.returning import Returning


def coverage_notes(
    plan: CrawlPlan,
    counts: Counts,
    intake: Intake,
    unrendered: int,
    renderer: Renderer,
    tally: Tally,
    returning: Returning | None,
) -> tuple[str, ...]:
    """Chinese sentences, one for each kind of gap."""
    notes = []
    if returning is not None and tally.carried:
        oldest = f"，最早的见于 {returning.oldest:%Y-%m-%d %H:%M}" if returning.oldest is not None else ""
        notes.append(f"{tally.carried} 个网页按巡查周期本次未访问，沿用此前所见{oldest}。")
    if tally.confirmed:
        notes.append(f"{tally.confirmed} 个网页本次已访问，与此前所见相同，未重新解读。")
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
