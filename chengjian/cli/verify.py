"""``chengjian verify``: whether the evidence is what it was."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chengjian.cli.databases import KnownDatabase
from chengjian.cli.manners import complain

if TYPE_CHECKING:
    from storage.manifest_chain import ManifestChain

FAULTY = 1
SHOWN = 20  # faults on the terminal; --json has all


def verify(
    evidence: Annotated[
        Path | None, typer.Option("--evidence", metavar="DIR", help="证据目录，缺省为本机的证据目录。")
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="只凭证据目录核验，不打开数据库。")] = False,
    head: Annotated[
        str | None, typer.Option("--head", metavar="SHA256", help="日报或报告上印的链头，须在链中。")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
    db: KnownDatabase = None,
) -> int:
    """核验全部证据：清单链、每个文件、每条 WARC 记录，以及数据库中的发现、评分存档、轮次日志和操作日志。不联网。

    退出码：0 全部相符；1 有不符之处，先说第一处；2 调用有误。
    """
    from chengjian.cli.answers import answer
    from chengjian.settings import read_settings
    from services.reports.evidence_text import verification_json, verification_text
    from services.schemes import WrongCallError
    from services.verification.log_witness import NAME, LogWitness
    from services.verify_evidence import verify_evidence_folder

    settings = read_settings()
    usual = settings.home / "evidence"
    folder = evidence or usual
    if head is not None and (len(head) != 64 or set(head.lower()) - set("0123456789abcdef")):
        raise WrongCallError("--head 应为 64 位十六进制的 SHA-256")
    chain = None
    if not offline and (evidence is None or db is not None or evidence.resolve() == usual.resolve()):
        chain = _chain(db or settings.database, folder)
    witness = LogWitness(settings.home / NAME)
    done = verify_evidence_folder(folder, chain=chain, head=head.lower() if head else None, witness=witness)
    answer(verification_json(done) if as_json else verification_text(done))
    for fault in done.faults[:SHOWN]:
        complain(fault.line)
    if len(done.faults) > SHOWN:
        complain(f"另有 {len(done.faults) - SHOWN} 处不符，用 --json 查看全部")
    return 0 if done.fits else FAULTY


def _chain(database: str, folder: Path) -> "ManifestChain | None":
    """The chain with its database; None where there is no database: it must not be made by looking for it."""
    from storage.database import open_database
    from storage.manifest_chain import ManifestChain

    url = database if "://" in database else f"sqlite:///{database}"
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///").partition("?")[0]).exists():
        return None
    return ManifestChain(folder, open_database(url))
