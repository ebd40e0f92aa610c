"""A JSON Schema of scheme files, for the editor of a credit office.  `scheme check` is stricter: it also adds up."""

from typing import Any, Final

from records.news import NewsLabel
from records.registry import UnitKind
from records.verdicts import Requirement
from scoring.model import Combination, EdgeTie, NotApplicable, OverTime, Period, Role
from scoring.observation import CONFIRMED, COUNTED_CHECKS, Counting, Proof, StandsOn
from scoring.rules import RULE_KINDS
from scoring.rules.base import Better

_TEXT: Final = {"type": "string", "minLength": 1}
_TEXTS: Final = {"type": "array", "items": _TEXT, "minItems": 1}
_NUMBER: Final = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^-?\d+(\.\d{1,4})?$"}]}
_COUNT: Final = {"type": "integer", "minimum": 0}
_NUMBERS: Final = {"type": "object", "additionalProperties": _NUMBER, "minProperties": 1}
_FLAG: Final = {"type": "boolean"}


def _object(required: tuple[str, ...], properties: dict[str, Any], description: str = "") -> dict[str, Any]:
    made: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    if required:
        made["required"] = list(required)
    if description:
        made["description"] = description
    return made


def _one_of(values: Any) -> dict[str, Any]:
    return {"enum": [str(value) for value in values]}


_BANDS: Final = {
    "type": "array",
    "minItems": 1,
    "items": _object(
        ("share",), {"below": _NUMBER, "share": _NUMBER}, "位次比小于 below 的得 share；最后一档不写 below"
    ),
}
_ITEM: Final = _object((), {"step": _NUMBER, "flag": _FLAG, "takes_all": _FLAG})
_TIER: Final = _object(
    ("label", "points"),
    {
        "label": _TEXT,
        "points": _NUMBER,
        "when": {"type": "object", "additionalProperties": {"anyOf": [_FLAG, {"type": "integer", "minimum": 1}]}},
    },
)
# The words of each rule kind, beside `kind`; the first tuple names those that must be there.
RULE_WORDS: Final[dict[str, tuple[tuple[str, ...], dict[str, Any]]]] = {
    "presence": ((), {}),
    "absence": ((), {"unit": _TEXT}),
    "per_item_add": ((), {"step": _NUMBER, "steps": _NUMBERS, "cap": _NUMBER, "unit": _TEXT}),
    "per_item_deduct": (
        (),
        {
            "step": _NUMBER,
            "items": {"type": "object", "additionalProperties": _ITEM, "minProperties": 1},
            "floor": _NUMBER,
            "unit": _TEXT,
            "most": _COUNT,
        },
    ),
    "rate": ((), {"parts": _NUMBERS}),
    "tiered": (
        ("tiers",),
        {
            "parts": {"type": "object", "additionalProperties": _one_of(("flag", "count"))},
            "tiers": {"type": "array", "items": _TIER, "minItems": 1},
        },
    ),
    "checklist": (
        ("elements",),
        {"elements": {"anyOf": [_NUMBERS, _TEXTS]}, "all_or_nothing": _FLAG, "exempt": _TEXTS},
    ),
    "interval_ranking": (
        ("better",),
        {"better": _one_of(Better), "measure": _one_of(("number", "rate")), "bands": _BANDS},
    ),
    "judged": ((), {"low": _NUMBER, "high": _NUMBER, "deductions": _NUMBERS}),
    "status_ledger": ((), {}),
}


def _gate() -> dict[str, Any]:
    days = {"anyOf": [{"type": "integer", "minimum": 1}, {"const": CONFIRMED}]}
    return _object(
        (),
        {
            "policy": {**_TEXT, "description": "只用按这个口径研判的巡查"},
            "coverage": {**_NUMBER, "description": "到达率低于它的巡查不作“未发现”的依据，0 到 1"},
            "confidence": {
                "anyOf": [_NUMBER, {"const": CONFIRMED}],
                "description": "未经人工复核的舆情事件，判断把握不低于它才计；confirmed 或不写：只计人工确认的",
            },
            "findings": {
                "type": "object",
                "properties": dict.fromkeys(COUNTED_CHECKS, days),
                "additionalProperties": False,
                "description": "未经人工复核的门户问题，须在几个不同日期的巡查中看到；不写的只计人工确认的",
            },
            "articles": {"type": "integer", "minimum": 1, "description": "读取的报道少于它，不作“没有”和排序的依据"},
            "mended": {**_FLAG, "description": "期内出现过而最后一次巡查已消除的是否计入"},
            "assumption": _TEXT,
        },
        "闸门：监测到的情况何时计入",
    )


def _observe() -> dict[str, Any]:
    requirements = {"type": "array", "items": _one_of(Requirement), "minItems": 1}
    named = {"type": "object", "minProperties": 1}
    common = {"cross_check": _FLAG, "stands_on": _one_of(StandsOn)}
    checks = {"type": "array", "items": _one_of(COUNTED_CHECKS), "minItems": 1}
    kinds: tuple[tuple[str, tuple[str, ...], dict[str, Any]], ...] = (
        (
            "disclosures",
            (),
            {
                "requirements": requirements,
                **{proof.value: {**named, "additionalProperties": requirements} for proof in Proof},
                "one_way": _FLAG,
            },
        ),
        ("upkeep", ("checks",), {"checks": checks, "section": _TEXTS}),
        (
            "events",
            ("label",),
            {
                "label": _one_of(("negative", *NewsLabel)),
                "count": _one_of(Counting),
                "words": _TEXTS,
                "except_words": _TEXTS,
                "fields": {**named, "additionalProperties": _TEXTS},
            },
        ),
        ("publicity", ("columns",), {"columns": _TEXTS}),
    )
    made = [_object(("kind", *must), {"kind": {"const": kind}, **words, **common}) for kind, must, words in kinds]
    return {"description": "怎样由监测得出本项的值", "oneOf": made}


def _rule() -> dict[str, Any]:
    kinds = [
        _object(("kind", *RULE_WORDS[kind][0]), {"kind": {"const": kind}, **RULE_WORDS[kind][1]}) for kind in RULE_KINDS
    ]
    return {"description": "计分规则", "oneOf": kinds}


def scheme_schema() -> dict[str, Any]:
    """The schema (draft 2020-12)."""
    kinds = {"type": "array", "items": _one_of(UnitKind), "minItems": 1}
    indicator = _object(
        ("id", "name", "cite", "text", "reading", "rule"),
        {
            "id": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$"},
            "name": {**_TEXT, "description": "二级指标"},
            "content": {**_TEXT, "description": "考核内容"},
            "weight": {**_NUMBER, "description": "分值；扣分项为负"},
            "kinds": {**kinds, "description": "适用的单位类别；不写则全部适用"},
            "source": {**_TEXT, "description": "数据来源"},
            "period": _one_of(Period),
            "cite": {**_TEXT, "description": "出自文件何处"},
            "text": {**_TEXT, "description": "规则原文，逐字"},
            "reading": {**_TEXT, "description": "我们的理解"},
            "assumption": {**_TEXT, "description": "文件没有写明的部分，随得分一起打印"},
            "conflict": {**_TEXT, "description": "文件自身的矛盾，写明才能通过检查"},
            "carry_over": {**_TEXT, "description": "结转规定，文件的原话"},
            "valid_months": {
                "type": "integer",
                "minimum": 1,
                "description": "没有新数据时，自该期首日起沿用多少个月",
            },
            "over_time": {
                **_one_of(OverTime),
                "description": "分期填报怎样合成整期；不写则不合成",
            },
            "monitored": {**_FLAG, "description": "由我们自己监测，而非单位或部门提供"},
            "lost": {**_FLAG, "description": "原文丢失，由评审人给分"},
            "responsible": {**_TEXTS, "description": "责任单位"},
            "observe": _observe(),
            "gate": _gate(),
            "rule": _rule(),
        },
    )
    section = _object(
        ("name", "indicators"),
        {
            "name": {**_TEXT, "description": "一级指标"},
            "role": _one_of(Role),
            "sum": {**_NUMBER, "description": "各项分值之和，用于核对"},
            "conflict": _TEXT,
            "indicators": {"type": "array", "items": indicator, "minItems": 1},
        },
    )
    level = _object(("name",), {"name": _TEXT, "at_least": _NUMBER, "best_share": _NUMBER})
    grades = _object(
        ("levels", "cite", "text"),
        {
            "levels": {"type": "array", "items": level, "minItems": 1},
            "edge_tie": _one_of(EdgeTie),
            "cite": _TEXT,
            "text": _TEXT,
            "assumption": _TEXT,
        },
    )
    override = _object(
        ("flag", "name", "cite", "text"),
        {
            "flag": _TEXT,
            "name": _TEXT,
            "cite": _TEXT,
            "text": _TEXT,
            "cap_total": _NUMBER,
            "grade": _TEXT,
            "assumption": _TEXT,
        },
    )
    records = _object(
        ("valid_years", "kept_years", "cite", "text"),
        {"valid_years": _COUNT, "kept_years": _COUNT, "since": _TEXT, "cite": _TEXT, "text": _TEXT},
    )
    document = _object(("title",), {"title": _TEXT, "number": _TEXT, "issuer": _TEXT, "date": _TEXT, "file": _TEXT})
    scheme = _object(
        ("format", "id", "name", "version", "document", "sections"),
        {
            "format": {"const": "chengjian.scheme/1"},
            "id": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,63}$"},
            "name": _TEXT,
            "version": {**_TEXT, "description": "理解有改动就换一个，须加引号"},
            "document": document,
            "objects": kinds,
            "combination": _one_of(Combination),
            "full": _NUMBER,
            "start": _NUMBER,
            "not_applicable": _one_of(NotApplicable),
            "reporting": {"type": "array", "items": _one_of(Period), "minItems": 1},
            "conflict": _TEXT,
            "gate": _gate(),
            "assumptions": _TEXTS,
            "bands": _BANDS,
            "grades": grades,
            "overrides": {"type": "array", "items": override, "minItems": 1},
            "records": records,
            "sections": {"type": "array", "items": section, "minItems": 1},
        },
    )
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "诚鉴评价方案", **scheme}
