"""The pages of the news as WARC, so that they can be checked and replayed without the database."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from records.evidence import ManifestRow, RowKind
from services.versions import rules_sha256
from services.warc_file import WarcFile
from storage.canonical import canonical_json, digest
from storage.manifest_files import UNFINISHED, EvidenceWriteError
from storage.news_exchanges import DamagedPageError, NewsExchanges

FOLDER: Final = "news"
RENDERED_URN: Final = "urn:rendered:"  # a page as the browser built it is no answer of a server


def archive_news(pages: NewsExchanges, rows: Iterable[ManifestRow], root: Path, *, program: str) -> tuple[str, ...]:
    """Write the news pages among ``rows`` into one file below ``root``; a Chinese line for each that is damaged.

    The same pages give the same name, and a file that is there already is left as it is.  Raises ``StorageError``.
    """
    wanted = [(row.id, row.sha256) for row in rows if row.kind is RowKind.NEWS_PAGE]
    path = root / FOLDER / f"{digest(canonical_json(wanted))}.warc.gz"
    if not wanted or path.exists():
        return ()
    told: list[str] = []
    unfinished = path.with_name(path.name + UNFINISHED)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            info = {"software": f"chengjian/{program}", "format": "WARC File Format 1.1", "description": "news pages"}
            warc = WarcFile(file, name=path.name, info={**info, "rules": f"sha256:{rules_sha256()}"})
            for identity, _ in wanted:
                try:
                    exchange, rendered = pages.load(identity)
                except DamagedPageError as error:
                    told.append(str(error))
                    continue
                if rendered:
                    warc.document(
                        f"{RENDERED_URN}{exchange.url}", exchange.body, kind="resource", content_type="text/html"
                    )
                else:
                    warc.exchange(exchange)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except OSError as error:
        raise EvidenceWriteError(f"写不了报道存档 {path}：{error.strerror or error}，请检查磁盘空间和权限") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return tuple(told)
