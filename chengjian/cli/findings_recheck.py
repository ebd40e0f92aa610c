"""``chengjian findings recheck``: look at one finding again, now."""

import asyncio
from typing import Annotated

import typer

from chengjian.cli.answers import answer
from chengjian.cli.findings import Database, FindingId, Site, in_site, open_room
from chengjian.cli.findings_steps import findings_app
from chengjian.settings import read_settings

__all__ = ["findings_app"]


@findings_app.command("recheck")
def recheck_one(
    finding: FindingId,
    url: Annotated[str, typer.Option("--url", metavar="URL", help="单位指明的地址（“它在这里”）")] = "",
    public_only: Annotated[bool, typer.Option("--public-only", help="不访问内网和本机地址")] = False,
    allow: Annotated[
        list[str] | None, typer.Option("--allow", metavar="HOST", help="与 --public-only 同用：允许访问的内网主机")
    ] = None,
    site: Site = None,
    db: Database = None,
) -> None:
    """立即复查一项发现。复查正常即视为恢复；复查时问题仍在，只作记录，不计入确认所需的次数。"""
    from dataclasses import replace

    from chengjian.recheck_room import recheck
    from services.finding_list import find_finding
    from services.jobs import web_address

    if public_only:
        from crawler.public_only import refuse_private

        refuse_private((*read_settings().allowed_hosts, *(allow or ())))
    found = find_finding(in_site(open_room(db), site), finding)
    settings = read_settings()
    if db is not None:
        settings = replace(settings, database=db if "://" in db else f"sqlite:///{db}")
    claimed = web_address(url) if url else ""
    answer(asyncio.run(recheck(found.site, finding, settings, claimed=claimed)).told + "\n")
