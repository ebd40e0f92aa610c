"""The nouns of a portal: what an article is and what a column (栏目) is."""

from dataclasses import dataclass, field, replace
from datetime import date


@dataclass(frozen=True, slots=True)
class Draft:
    """A written text that nobody has published yet."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str  # as the visitor sees it, with its extension
    href: str


@dataclass(frozen=True, slots=True)
class Article:
    """A published text."""

    number: int  # within its portal
    title: str
    day: date
    paragraphs: tuple[str, ...]
    source: str
    pinned: bool = False
    attachments: tuple[Attachment, ...] = ()
    images: tuple[str, ...] = ()
    related: tuple[tuple[str, str], ...] = ()  # title, address

    def having(
        self,
        *,
        attachments: tuple[Attachment, ...] = (),
        images: tuple[str, ...] = (),
        related: tuple[tuple[str, str], ...] = (),
    ) -> "Article":
        """The same article with more hanging on it."""
        return replace(
            self,
            attachments=self.attachments + attachments,
            images=self.images + images,
            related=self.related + related,
        )


@dataclass(frozen=True, slots=True)
class Column:
    """A column and its articles, newest first, the pinned ones on top."""

    key: str
    name: str
    articles: tuple[Article, ...] = field(default=())

    @property
    def newest(self) -> date | None:
        return max((article.day for article in self.articles), default=None)
