"""Opens the news.  Apart from ``newsroom``, which loads the crawler and takes a second to start."""

from chengjian.cli.manners import UserError
from chengjian.settings import Settings
from storage.database import StorageError, open_database
from storage.news import NewsRepository


def open_news(settings: Settings, database: str | None) -> NewsRepository:
    """The news of a database; a bare file name means SQLite.  Raises ``UserError`` where it cannot be opened."""
    url = database or settings.database
    try:
        return NewsRepository(open_database(url if "://" in url else f"sqlite:///{url}"))
    except StorageError as error:
        raise UserError(str(error)) from error
