"""Migration 0008 over a database that was used before it, on both databases."""

from datetime import date
from pathlib import Path

from alembic import command
from sqlalchemy import inspect, text

from records.crawl import CrawlPlan
from storage.audits import AuditRepository
from storage.database import migration_config, open_database, transaction
from tests.evidence.evidence_builder import Watch, broken


def test_a_database_with_audits_is_brought_up_and_sealed(database_url: str, tmp_path: Path) -> None:
    """What was kept before there were manifests is in the first one, and can be taken back and forth."""
    engine = open_database(database_url)
    audits = AuditRepository(engine)
    number = audits.begin(
        CrawlPlan("http://www.qinghe.test/", "t"), policy="nanyang-monthly", as_of=date(2026, 11, 20), program="0"
    )
    with transaction(engine) as connection:
        command.downgrade(migration_config(connection), "0007")
    tables = set(inspect(engine).get_table_names())
    assert not [name for name in tables if name.startswith(("evidence_manifest", "evidence_piece", "evidence_data"))]
    engine.dispose()
    again = open_database(database_url)
    assert AuditRepository(again).load_plan(number).url == "http://www.qinghe.test/"
    with again.connect() as connection:
        [identity] = connection.scalars(text("SELECT id FROM evidence_database"))
    assert len(identity) == 32
    (tmp_path / "evidence" / "old").mkdir(parents=True)
    (tmp_path / "evidence" / "old" / "audit-1.warc.gz").write_bytes(b"")
    watch = Watch(again, tmp_path / "evidence")
    watch.audit("liuwan", broken("liuwan"))
    sealed = watch.seal()
    assert sealed is not None
    assert sealed.manifest.database == identity
    assert "old/audit-1.warc.gz" in {file.path for file in sealed.manifest.files}
    assert watch.verify().fits
    again.dispose()
