"""What was said of a portal: findings, columns, disclosures."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from records.judgement import Finding, SiteAudit
from storage.encoding import Packer, from_json, to_json
from storage.history import Comparison
from storage.tables import audit, column_judgement, disclosure_judgement, finding


def write_judgement(
    connection: Connection, audit_id: int, result: SiteAudit, compared: Comparison, *, judged_at: datetime
) -> None:
    """Keep ``result``, in the place of what was said before of the same audit."""
    for table in (finding, column_judgement, disclosure_judgement):
        connection.execute(delete(table).where(table.c.audit_id == audit_id))
    packer = Packer()
    columns = [
        {
            "audit_id": audit_id,
            "position": position,
            "url": one.fact.url,
            "verdict": one.verdict.value,
            "newest": one.fact.newest,
            "fact": packer.pack(to_json(one)),
        }
        for position, one in enumerate(result.columns)
    ]
    disclosures = [
        {
            "audit_id": audit_id,
            "requirement": one.requirement.value,
            "verdict": one.verdict.value,
            "fact": packer.pack(to_json(one)),
        }
        for one in result.disclosures
    ]
    states = (("found", compared.found), ("unseen", compared.unseen), ("gone", compared.gone))
    findings = [row for state, found in states for row in _finding_rows(audit_id, state, found, packer)]
    for table, rows in ((column_judgement, columns), (disclosure_judgement, disclosures), (finding, findings)):
        if rows:
            connection.execute(insert(table), rows)
    connection.execute(
        update(audit)
        .where(audit.c.id == audit_id)
        .values(
            policy=result.policy,
            as_of=result.as_of,
            judged_at=judged_at.isoformat(timespec="seconds"),
            complete=result.complete,
            site_verdict=result.site_verdict.value,
            vanished=packer.pack(to_json(result.vanished)) if result.vanished else None,
        )
    )


def _finding_rows(audit_id: int, state: str, found: Iterable[Finding], packer: Packer) -> list[dict[str, Any]]:
    return [
        {
            "audit_id": audit_id,
            "id": one.id,
            "position": position,
            "state": state,
            "check": one.check,
            "severity": one.severity.value,
            "subject": one.subject,
            "since": one.since,
            "fact": packer.pack(to_json(one)),
        }
        for position, one in enumerate(found)
    ]


def open_findings(connection: Connection, site_id: int, audit_id: int, policy: str) -> tuple[Finding, ...] | None:
    """Findings that stood open after the last audit of the site before ``audit_id`` that was judged by ``policy``.

    None where there is no such audit.
    """
    before = connection.scalar(
        select(audit.c.id)
        .where(
            audit.c.site_id == site_id, audit.c.id < audit_id, audit.c.policy == policy, audit.c.judged_at.is_not(None)
        )
        .order_by(audit.c.id.desc())
        .limit(1)
    )
    if before is None:
        return None
    blobs = connection.scalars(
        select(finding.c.fact)
        .where(finding.c.audit_id == before, finding.c.state != "gone")
        .order_by(finding.c.state, finding.c.position)
    )
    packer = Packer()
    return tuple(from_json(Finding, packer.unpack(blob)) for blob in blobs)
