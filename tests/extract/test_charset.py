"""Encodings: what is declared is believed while the bytes agree with it."""

import pytest

from extract.charset import decode

TEXT = (
    "<html><head>{}<title>方城县人民政府</title></head><body>关于开展政务公开工作的通知，请认真贯彻执行。</body></html>"
)


@pytest.mark.parametrize(
    ("meta", "codec", "header", "name"),
    [
        ("<meta charset='utf-8'>", "utf-8", "", "utf-8"),
        ("<meta http-equiv='Content-Type' content='text/html; charset=gb2312'>", "gbk", "", "gb18030"),
        ("<meta charset=GBK>", "gb18030", "", "gb18030"),
        ("<meta charset='big5'>", None, "", "big5"),
        ("", "gbk", "", "gb18030"),
        ("", "utf-8", "", "utf-8"),
        ("", "gbk", "text/html; charset=GBK", "gb18030"),
        ("", "gbk", "text/html; charset=utf-8", "gb18030"),
        ("<meta charset='utf-8'>", "gbk", "text/html; charset=UTF-8", "gb18030"),
        ("<meta charset='gb2312'>", "utf-8", "", "utf-8"),
        ("<meta charset='gb2312'>", "utf-8", "text/html; charset=gb2312", "utf-8"),
        ("", "gbk", "text/html; charset=ISO-8859-1", "gb18030"),
        ("", "utf-16-le", "", "utf-16le"),
        ("", "utf-16-be", "", "utf-16be"),
        ("<meta charset='unknown-8'>", "gbk", "", "gb18030"),
    ],
)
def test_the_encoding_of_the_bytes_wins(meta: str, codec: str | None, header: str, name: str) -> None:
    text = TEXT.format(meta)
    if codec is None:
        text, codec = (
            text.translate(str.maketrans("县人开展关于请认真贯彻执行务", "縣人開展關於請認真貫徹執行務")).replace(
                "公开", "公開"
            ),
            "big5",
        )
        text = text.replace("于", "於").replace("开", "開").replace("县", "縣")
    got, encoding = decode(text.encode(codec, "ignore"), header)
    assert encoding == name
    assert "政府" in got
    assert "�" not in got


def test_byte_order_marks_are_left_out() -> None:
    assert decode("方城".encode("utf-8-sig")) == ("方城", "utf-8")
    assert decode(b"\xff\xfe" + "方城".encode("utf-16-le")) == ("方城", "utf-16le")


def test_nul_bytes_are_left_out() -> None:
    assert decode("方\0城\0".encode())[0] == "方城"


def test_a_cut_character_costs_only_itself() -> None:
    body = TEXT.format("").encode() + "通知".encode()[:-1]
    text, name = decode(body)
    assert name == "utf-8"
    assert "贯彻执行" in text


def test_a_few_foreign_bytes_do_not_change_the_encoding() -> None:
    body = TEXT.format("").encode() + "版权".encode("gbk")
    assert decode(body)[1] == "utf-8"


@pytest.mark.parametrize(("body", "name"), [(b"", None), (b"abc", "utf-8"), (b"<meta charset=gb2312>abc", "gb18030")])
def test_where_the_bytes_say_nothing_the_declaration_counts(body: bytes, name: str | None) -> None:
    assert decode(body)[1] == name
