"""What can go wrong with the database, in words for the person at the terminal.

StorageError
├── DatabaseFaultError           the database itself; the message names where it is, the docstring is for everybody
│   ├── NotADatabaseError        the file is something else, or damaged
│   ├── DatabaseLockedError      another program holds it
│   ├── DatabaseNotWritableError folder or file cannot be written
│   ├── DatabaseFullError        no space left
│   ├── DatabaseUnreachableError server down, wrong address, wrong password
│   └── NewerSchemaError         written by a later version of this program
└── NotThereError            nothing of that number or name is kept: no fault of the database
    └── NotStorableError     no column takes a number, or text, like that: so nothing is kept under it
"""

import sqlite3

from sqlalchemy.exc import DBAPIError


class StorageError(Exception):
    """数据库出错。"""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.__doc__)


class NotThereError(StorageError):
    """没有这一项。"""


class NotStorableError(NotThereError):
    """数字太大，或文字中有不能使用的字符：没有这样的一项。"""


class DatabaseFaultError(StorageError):
    """数据库出错。"""


class NotADatabaseError(DatabaseFaultError):
    """这个文件不是本程序的数据库，或已经损坏。"""


class DatabaseLockedError(DatabaseFaultError):
    """数据库被其他程序占用，请稍后再试。"""


class DatabaseNotWritableError(DatabaseFaultError):
    """数据库所在的文件夹不可写。"""


class DatabaseFullError(DatabaseFaultError):
    """磁盘已满，无法继续保存。"""


class DatabaseUnreachableError(DatabaseFaultError):
    """连接不上数据库服务器。"""


class NewerSchemaError(DatabaseFaultError):
    """数据库由更新版本的程序写成，请升级本程序。"""


# The primary result code of SQLite (sqlite.org/rescode.html) is the low byte of the extended one.
_OF_SQLITE: dict[int, tuple[type[StorageError], str]] = {
    sqlite3.SQLITE_BUSY: (DatabaseLockedError, "数据库 {where} 被其他程序占用：请关闭正在使用它的程序后再试"),
    sqlite3.SQLITE_LOCKED: (DatabaseLockedError, "数据库 {where} 被其他程序占用：请关闭正在使用它的程序后再试"),
    sqlite3.SQLITE_FULL: (DatabaseFullError, "磁盘已满，数据库 {where} 无法继续写入：请腾出空间，已保存的内容仍在"),
    sqlite3.SQLITE_READONLY: (
        DatabaseNotWritableError,
        "数据库 {where} 不可写：请检查文件和文件夹的权限，或用 --db 另选位置",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        DatabaseNotWritableError,
        "打不开数据库 {where}：请检查文件夹是否存在、是否可写，或用 --db 另选位置",
    ),
    sqlite3.SQLITE_PERM: (DatabaseNotWritableError, "没有权限打开数据库 {where}：请检查权限，或用 --db 另选位置"),
    sqlite3.SQLITE_IOERR: (DatabaseNotWritableError, "读写数据库 {where} 时磁盘出错：请检查磁盘空间和磁盘状态"),
    sqlite3.SQLITE_NOTADB: (NotADatabaseError, "{where} 不是本程序的数据库：请用 --db 另选文件"),
    sqlite3.SQLITE_CORRUPT: (NotADatabaseError, "数据库 {where} 已损坏：请用备份替换，或用 --db 另选文件"),
}

# The first two characters of SQLSTATE (PostgreSQL manual, appendix A).
_OF_POSTGRESQL: dict[str, tuple[type[StorageError], str]] = {
    "53": (DatabaseFullError, "数据库服务器 {where} 资源不足（磁盘、内存或连接数）：请联系管理员"),
    "55": (DatabaseLockedError, "数据库 {where} 中的对象被其他程序占用：请稍后再试"),
    "40": (DatabaseLockedError, "数据库 {where} 中的事务互相冲突：请稍后再试"),
    "42": (DatabaseNotWritableError, "数据库 {where} 拒绝了这个操作：请检查用户权限和数据库结构"),
    "25": (DatabaseNotWritableError, "数据库 {where} 是只读的：请检查服务器状态"),
    "28": (DatabaseUnreachableError, "数据库 {where} 拒绝登录：请检查用户名和密码"),
    "3D": (DatabaseUnreachableError, "数据库 {where} 不存在：请先在服务器上建立"),
}

_NOT_STORABLE = ("22003", "22021")  # numeric value out of range, character not in repertoire
_NUL = "cannot contain NUL"  # psycopg finds it before it asks the server

#: Errors that may pass by themselves: a writer tries again for a while before it gives up.
PASSING = (DatabaseLockedError, DatabaseFullError, DatabaseUnreachableError)


def translate(error: DBAPIError, where: str) -> StorageError:
    """The clear error for one that the database driver raised; ``where`` is the address without its password."""
    original = error.orig
    code = getattr(original, "sqlite_errorcode", None)
    if isinstance(code, int) and (found := _OF_SQLITE.get(code & 0xFF)):
        return found[0](found[1].format(where=where))
    state = getattr(original, "sqlstate", None)
    if state in _NOT_STORABLE or (state is None and _NUL in str(original)):
        return NotStorableError()
    if isinstance(state, str) and (found := _OF_POSTGRESQL.get(state[:2])):
        return found[0](found[1].format(where=where))
    first_line = str(original).strip().partition("\n")[0]
    if state is None and code is None and type(original).__name__ == "OperationalError":
        return DatabaseUnreachableError(f"连接不上数据库 {where}：{first_line}")
    return DatabaseFaultError(f"数据库 {where} 出错：{first_line}")
