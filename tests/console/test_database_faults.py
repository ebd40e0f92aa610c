"""What the database says of itself is for the operator: who is at the console reads what to do, and no path."""

from pathlib import Path

from records.accounts import Role


def test_a_damaged_database_is_told_without_its_place(desk) -> None:
    """The message for the terminal names the file; a county that files need not know where it stands."""
    browser = desk.as_role(Role.ANALYST)
    path = Path(desk.tools.engine.url.database)
    desk.tools.engine.dispose()
    path.write_bytes(b"not a database" * 1000)
    text = browser.get("/flags", status=503)
    assert "不是本程序的数据库，或已经损坏" in text
    assert "刚才的操作没有保存" in text
    assert path.name not in text
    assert str(path.parent) not in text
