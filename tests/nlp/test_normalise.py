"""One written form before anything is read."""

import time

import pytest

from chengjian.bootstrap_news import news_normaliser

CASES = [
    ("縣長被查，證實", "县长被查，证实", "Traditional script"),
    ("嚴(yán)重違紀(jì)", "严重违纪", "bracketed pinyin after a character"),
    ("８月１８日ＡＢ", "8月18日AB", "full-width digits and letters"),
    ("<p>县长<b>被查</b></p><script>var a=1;</script>通报", "县长被查\n通报", "mark-up and scripts left in"),
    ("<STYLE>a{}</style ><!-- <p> -->县长<script>x", "县长x", "styles, comments, a script never closed"),
    ("县&nbsp;长&amp;镇长", "县\xa0长&镇长", "entities"),
    ("县\u200b长\ufeff被\u00ad查", "县长被查", "zero-width characters"),
    ("哈哈哈哈哈哈哈哈", "哈哈哈", "a storm of one character"),
    ("被查😀😀😀通报", "被查 通报", "emoji"),
    ("详见http://t.cn/RUnKa6N。", "详见 。", "addresses"),
    ("局 长 受 贿 案", "局长受贿案", "letters spaced apart"),
    ("张三 李四 王五", "张三 李四 王五", "words spaced apart stay apart"),
    ("得分3<5且7>6", "得分3<5且7>6", "a comparison is no tag"),
    ("", "", "nothing"),
]


@pytest.mark.parametrize(("given", "read", "what"), CASES, ids=[case[2] for case in CASES])
def test_written_forms(given: str, read: str, what: str) -> None:
    """Protects against a disguise that hides a word from the dictionary."""
    assert news_normaliser()(given) == read


def test_a_huge_text_takes_bounded_time() -> None:
    """2 MB must not hold up the other items, whatever they consist of."""
    normalise = news_normaliser()
    for filling in ("县长被查。", "<p>縣長</p>", "&nbsp;局", "<", "(yán)", "😀", "局 ", "<script>", "<!--"):
        body = filling * (2_000_000 // len(filling))
        start = time.perf_counter()
        read = normalise(body)
        assert time.perf_counter() - start < 2.0, filling
        assert len(read) <= 12_000
