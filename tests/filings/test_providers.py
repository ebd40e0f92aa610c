"""Who supplies a row: no office that the document names may be lost, and none made up."""

import pytest

from records.indicators import ValueSource
from scoring.model import Scheme
from scoring_bridge.filing_form import FieldKind, fields_of, form_of
from scoring_bridge.providers import providers, providers_of, rows_of
from services.schemes import SCHEME_IDS, load_scheme

FILED, OFFICIAL = ValueSource.FILED, ValueSource.OFFICIAL


@pytest.fixture(scope="module", params=SCHEME_IDS)
def scheme(request: pytest.FixtureRequest) -> Scheme:
    return load_scheme(request.param)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("大数据监测", []),
        ("市信用办提供", [("市信用办", OFFICIAL)]),
        ("市信用办提供/大数据监测", [("市信用办", OFFICIAL)]),
        ("大数据监测、县市区提供", [("县市区", FILED)]),
        ("自主报送/第三方监测", [("自主报送", FILED)]),
        ("司法局；市人民法院", [("司法局", OFFICIAL), ("市人民法院", OFFICIAL)]),
        ("政务服务和大数据局；编办", [("政务服务和大数据局", OFFICIAL), ("编办", OFFICIAL)]),
        ("市大数据局提供", [("市大数据局", OFFICIAL)]),
        ("市大数据管理局提供/网站监测", [("市大数据管理局", OFFICIAL)]),
        ("信用办(报送结果 + 政府办数据 + 随机网站及信息应用比对)", [("信用办", OFFICIAL)]),
        ("市城管局（数字城管平台）", [("市城管局", OFFICIAL)]),
        ("(报送稿件材料)", [("参评单位", FILED)]),
        ("(报送的文件电子档 + 政务公开门户网站比对)", [("参评单位", FILED)]),
        ("县直各单位", [("县直各单位", FILED)]),
        ("责任单位", [("责任单位", FILED)]),
        ("暗访、抽查、民意调查", [("暗访、抽查、民意调查", OFFICIAL)]),
        ("市统计局调查队", [("市统计局调查队", OFFICIAL)]),
        ("第三方评价机构", [("第三方评价机构", OFFICIAL)]),
        (
            "法院、网信办提供数据；法院、编办提供相关数据",
            [("法院", OFFICIAL), ("网信办", OFFICIAL), ("编办", OFFICIAL)],
        ),
        ("", [("参评单位", FILED)]),
    ],
)
def test_the_words_of_a_source_name_its_providers(source: str, expected: list[tuple[str, ValueSource]]) -> None:
    assert [(one.name, one.source) for one in providers_of(source)] == expected


def test_every_row_is_somebodys_or_only_monitored(scheme: Scheme) -> None:
    """A row that nobody is asked for would stay open for ever and nobody would know."""
    asked = {row.id for one in providers(scheme) for row in rows_of(scheme, one.name)}
    assert {row.id for row in scheme.indicators} - asked == {
        row.id for row in scheme.indicators if row.source == "大数据监测"
    }


def test_every_row_has_columns_with_chinese_headers_and_keys_of_their_own(scheme: Scheme) -> None:
    """A part that shows as an English word of the contract cannot be filled in by an office."""
    keys = [field.key for row in scheme.indicators for field in fields_of(row)]
    assert len(set(keys)) == len(keys)
    for row in scheme.indicators:
        for field in fields_of(row):
            assert field.name.isascii() is False, field.key
            assert not (field.part.isascii() and field.part and field.name.endswith(field.part)), field.key
            assert field.expected
            assert (field.kind in (FieldKind.FLAG, FieldKind.CHOICE)) is bool(field.choices)


def test_the_form_changes_its_digest_with_its_meaning_and_not_with_its_period() -> None:
    scheme = load_scheme("nanyang-county")
    one, other = form_of(scheme, "2026", "市信用办"), form_of(scheme, "2027", "市信用办")
    third = form_of(scheme, "2026", "市工信局")
    assert one is not None and other is not None and third is not None  # noqa: PT018 - one condition: they exist
    assert one.digest == other.digest != third.digest
    assert form_of(scheme, "2026", "市大数据局") is None
