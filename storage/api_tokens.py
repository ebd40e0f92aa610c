"""What programs may ask with: tokens of the API, each of one account."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, insert, select, update

from records.accounts import Account, LogLine
from storage.account_tables import api_token
from storage.accounts import AccountRefusedError, AccountRepository
from storage.console_log import add_line
from storage.database import clear_errors, transaction


@dataclass(frozen=True, slots=True)
class ApiToken:
    """One token as its owner sees it: the token itself is kept nowhere."""

    id: int
    account_id: int
    name: str
    reads_only: bool
    created_at: datetime
    ends: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class TokenRepository:
    """Every method is one unit of work; each raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def add(
        self, sha256: str, owner: Account, *, name: str, reads_only: bool, ends: datetime, line: LogLine, most: int
    ) -> ApiToken:
        """``AccountRefusedError`` where the account has ``most`` that hold already."""
        row = {
            "account_id": owner.id,
            "sha256": sha256,
            "name": name,
            "reads_only": reads_only,
            "created_at": line.at.isoformat(),
            "ends": ends.isoformat(),
        }
        holding = (api_token.c.account_id == owner.id) & api_token.c.revoked_at.is_(None)
        with transaction(self.engine) as connection:
            add_line(connection, line)
            if (connection.scalar(select(func.count()).select_from(api_token).where(holding)) or 0) >= most:
                raise AccountRefusedError(f"一个账户最多有 {most} 个未撤销的令牌：请先撤销不用的")
            connection.execute(insert(api_token).values(row))
            return _token(connection.execute(select(api_token).where(api_token.c.sha256 == sha256)).one())

    def of_account(self, number: int) -> tuple[ApiToken, ...]:
        """Newest first."""
        statement = select(api_token).where(api_token.c.account_id == number).order_by(api_token.c.id.desc())
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(_token(row) for row in connection.execute(statement.limit(100)))

    def find(self, sha256: str) -> tuple[ApiToken, Account] | None:
        """The token and its account, whether it holds or not."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            row = connection.execute(select(api_token).where(api_token.c.sha256 == sha256)).first()
        owner = AccountRepository(self.engine).load(row.account_id) if row is not None else None
        return None if row is None or owner is None else (_token(row), owner)

    def used(self, number: int, *, at: datetime) -> None:
        with transaction(self.engine) as connection:
            connection.execute(update(api_token).where(api_token.c.id == number).values(used_at=at.isoformat()))

    def revoke(self, number: int, owner: Account, line: LogLine) -> bool:
        """False where the account has no such token, or it was revoked before."""
        mine = (api_token.c.id == number) & (api_token.c.account_id == owner.id) & api_token.c.revoked_at.is_(None)
        with transaction(self.engine) as connection:
            done = connection.execute(update(api_token).where(mine).values(revoked_at=line.at.isoformat())).rowcount
            if done:
                add_line(connection, line)
            return done > 0


def _token(row: Any) -> ApiToken:
    return ApiToken(
        id=row.id,
        account_id=row.account_id,
        name=row.name,
        reads_only=row.reads_only,
        created_at=datetime.fromisoformat(row.created_at),
        ends=datetime.fromisoformat(row.ends),
        used_at=datetime.fromisoformat(row.used_at) if row.used_at else None,
        revoked_at=datetime.fromisoformat(row.revoked_at) if row.revoked_at else None,
    )
