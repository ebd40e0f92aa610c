"""The list of outlets: read whole, and every fault told with its line."""

from pathlib import Path

import pytest

from chengjian.newsroom import chosen_outlets
from records.outlets import EntryKind, Outlet
from services.news.outlets import OutletList, load_outlets, parse_outlets
from services.schemes import WrongCallError

GOOD = """format: chengjian.outlets/1
keywords: [拖欠]
outlets:
  - id: ribao
    name: 测试日报
    place: 测试县
    level: county
    hosts: [www.ribao.test, "*.ribao.test"]
    entries:
      - {kind: feed, url: "http://www.ribao.test/rss.xml"}
      - {kind: search, url: "http://so.ribao.test/?q={keyword}", pages: 3}
"""


def test_a_good_list_is_read() -> None:
    reading = parse_outlets(GOOD)
    assert reading.faults == ()
    assert reading.outlets is not None
    (outlet,) = reading.outlets.enabled
    assert [entry.kind for entry in outlet.entries] == [EntryKind.FEED, EntryKind.SEARCH]
    assert outlet.keywords == ("拖欠",)
    assert reading.outlets.at("https://sub.ribao.test/a") is outlet
    assert reading.outlets.at("https://ribao.test.evil.example/a") is None


def test_every_fault_is_told_at_once_with_its_line() -> None:
    """Whoever fills in fifty addresses wants to know all that is wrong, and where."""
    text = """format: chengjian.outlets/1
outlets:
  - id: Ri Bao
    name: 甲报
    level: village
    hosts: ["http://a.test/"]
    entries:
      - {kind: list, url: "ftp://a.test/"}
      - {kind: search, url: "http://b.test/"}
      - {kind: list, url: "http://a.test/{yy}/"}
    enable: true
  - id: yi
    name: 乙报
    level: city
  - id: yi
    name: 丙报
    level: city
    enabled: false
"""
    faults = [str(fault) for fault in parse_outlets(text, "o.yml").faults]
    for line, words in [
        (3, "小写字母"),
        (5, "level"),
        (6, "不是主机名"),
        (8, "不是网址"),
        (9, "{keyword}"),
        (10, "空位"),
        (12, "没有入口"),
        (15, "重复"),
    ]:
        assert any(fault.startswith(f"o.yml 第 {line} 行") and words in fault for fault in faults), (line, faults)


@pytest.mark.parametrize("text", ["", "a: b", "- 1", "format: x\noutlets: []", "\t{", "outlets: {a: 1}"])
def test_what_is_no_list_of_outlets_is_told(text: str) -> None:
    reading = parse_outlets(text)
    assert reading.outlets is None
    assert reading.faults


@pytest.mark.parametrize(
    ("hosts", "host", "covered"),
    [
        (("www.a.test",), "www.a.test", True),
        (("www.a.test",), "WWW.A.test", True),
        (("www.a.test",), "a.test", False),
        (("www.a.test",), "www.a.test:8080", True),
        (("www.a.test:81",), "www.a.test:8080", False),
        (("*.a.test",), "news.a.test", True),
        (("*.a.test",), "a.test", False),
        (("*.a.test",), "xa.test", False),
        ((), "a.test", False),
    ],
)
def test_hosts_of_an_outlet(hosts: tuple[str, ...], host: str, covered: bool) -> None:
    """A host that only ends alike is somebody else's."""
    assert Outlet("a", "甲", hosts=hosts).covers(host) is covered


def test_the_list_of_nanyang_is_in_order_and_reads_only_what_is_known() -> None:
    """What ships must load; what has no certain address must not be asked for."""
    outlets = load_outlets("nanyang")
    assert outlets.enabled
    assert all(outlet.entries for outlet in outlets.enabled)
    assert all(outlet.note for outlet in outlets.outlets if not outlet.enabled)


def test_a_city_without_a_list_has_no_outlets(tmp_path: Path) -> None:
    assert load_outlets(str(tmp_path)).outlets == ()


def test_a_list_with_faults_is_refused(tmp_path: Path) -> None:
    (tmp_path / "outlets.yml").write_text("format: y", "utf-8")
    with pytest.raises(WrongCallError, match=r"outlets\.yml 第 1 行"):
        load_outlets(str(tmp_path))


def test_an_outlet_is_chosen_by_id_or_name() -> None:
    reading = parse_outlets(GOOD)
    assert reading.outlets is not None
    assert [one.id for one in chosen_outlets(reading.outlets, ["测试日报"])] == ["ribao"]
    for wanted, words in (("没有", "可用：ribao"),):
        with pytest.raises(Exception, match=words):
            chosen_outlets(reading.outlets, [wanted])
    empty = OutletList((Outlet("x", "空报", enabled=False, note="地址待补"),))
    with pytest.raises(Exception, match="地址待补"):
        chosen_outlets(empty, ["x"])
