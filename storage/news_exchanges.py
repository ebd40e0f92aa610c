"""How the pages of the news were answered, one at a time."""

from hashlib import sha256

from sqlalchemy import Engine, select

from records.crawl import Exchange
from storage.database import clear_errors
from storage.encoding import Packer, from_json
from storage.errors import StorageError
from storage.exchanges import ExchangeHead
from storage.news_tables import news_page
from storage.tables import body


class DamagedPageError(StorageError):
    """报道的网页存档缺失或已损坏。"""


class NewsExchanges:
    """Reads one database.  Raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._packer = Packer()

    def load(self, identity: str) -> tuple[Exchange, bool]:
        """The page ARTICLE/VERSION/POSITION, and whether it is as the browser built it.  ``DamagedPageError``."""
        article, version, position = identity.split("/")
        statement = (
            select(news_page.c.sha256, news_page.c.rendered, news_page.c.fact, body.c.content)
            .join(body, body.c.sha256 == news_page.c.sha256)
            .where(
                news_page.c.article_id == article,
                news_page.c.version == int(version),
                news_page.c.position == int(position),
            )
        )
        with clear_errors(self._engine), self._engine.connect() as connection:
            row = connection.execute(statement).first()
        if row is None:
            raise DamagedPageError(f"报道网页 {identity} 的存档缺失")
        try:
            content = self._packer.unpack(row.content)
            head = from_json(ExchangeHead, self._packer.unpack(row.fact))
        except Exception as error:  # damaged bytes make the decoders raise nearly anything
            raise DamagedPageError(f"报道网页 {identity} 的存档已损坏") from error
        if sha256(content).hexdigest() != row.sha256:
            raise DamagedPageError(f"报道网页 {identity} 的存档与校验值不符")
        exchange = Exchange(
            head.url, head.at, head.method, head.request_headers, head.status, head.response_headers, content, head.ip
        )
        return exchange, bool(row.rendered)
