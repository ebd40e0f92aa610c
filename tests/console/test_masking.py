"""Personal numbers: hidden where they are some, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.privacy import shown
from console.rights import Right
from records.accounts import Account, Role
from services.masking import mask, mask_markup

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity(seventeen: str) -> str:
    """With its check digit (GB 11643-1999)."""
    return seventeen + "10X98765432"[sum(int(a) * b for a, b in zip(seventeen, WEIGHTS, strict=True)) % 11]


def card(digits: str) -> str:
    """With its check digit (Luhn)."""
    total = sum(sum(divmod(int(one) * (1 + place % 2 * -1 + 1), 10)) for place, one in enumerate(reversed(digits)))
    return digits + str(-total % 10)


PERSON = identity("41130319900101123")
WITH_X = next(one for one in (identity(f"4113031990010{n:04d}") for n in range(1000, 1400)) if one.endswith("X"))
CARD = card("622202171000000123")


def parted(digits: str) -> str:
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def test_the_examples_are_what_they_should_be() -> None:
    """A published example of each kind passes our own making of check digits."""
    assert identity("11010519491231002") == "11010519491231002X"  # the example of GB 11643-1999
    assert card("7992739871") == "79927398713"  # the usual example of Luhn's sum


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13812345678。", "电话138****5678。"),
        ("13812345678、19912345678", "138****5678、199****5678"),
        ("序号 1 13812345678", "序号 1 138****5678"),
        ("2026 13812345678", "2026 138****5678"),
        ("138-1234-5678", "138-****-5678"),
        ("138 1234 5678", "138 **** 5678"),
        ("+86 13812345678", "+86 138****5678"),
        ("8613812345678", "86138****5678"),
        ("0086-138 1234 5678", "0086-138 **** 5678"),
        ("１３８１２３４５６７８", "１３８****５６７８"),
        (f"身份证{PERSON}，", f"身份证4113************{PERSON[-2:]}，"),
        (f"号{WITH_X}。", f"号4113************{WITH_X[-2:]}。"),
        (WITH_X.lower(), f"4113************{WITH_X[-2:].lower()}"),
        (WITH_X.replace("X", "Ｘ"), f"4113************{WITH_X[-2]}Ｘ"),
        (f"{PERSON[:6]} {PERSON[6:14]} {PERSON[14:]}", f"4113** ******** **{PERSON[-2:]}"),
        ("411303900101123", "4113*********23"),
        (CARD, "***************" + CARD[-4:]),
        (parted(CARD), f"**** **** **** ***{CARD[15]} {CARD[16:]}"),
        ("138  1234\t5678", "138  ****\t5678"),
        ("138.1234.5678", "138.****.5678"),
        ("138 – 1234 – 5678", "138 – **** – 5678"),
        ("（138）12345678", "（138）****5678"),
        ("+86(138)1234-5678", "+86(138)****-5678"),
        ("1 3 8 1 2 3 4 5 6 7 8", "1 3 8 * * * * 5 6 7 8"),
        ("138\u200b1234\u200b5678", "138\u200b****\u200b5678"),
        ("1\u00ad3812345678\ufeff", "1\u00ad38****5678\ufeff"),
        ("١٣٨١٢٣٤٥٦٧٨", "١٣٨****٥٦٧٨"),
        ("𝟏𝟑𝟖12345678", "𝟏𝟑𝟖****5678"),
        (f"{PERSON[:6]}\u200b{PERSON[6:]}", f"4113**\u200b**********{PERSON[-2:]}"),
        (f"{WITH_X[:17]}\u200bX", f"4113************{WITH_X[-2]}\u200bX"),
        (" ".join(PERSON), " ".join(f"4113************{PERSON[-2:]}")),
        ("证明13812345678.docx", "证明138****5678.docx"),
    ],
)  # fmt: skip
def test_personal_numbers_are_hidden(text: str, masked: str) -> None:
    """The middle of each, however it is parted, and nothing beside it."""
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "0377-61234567",  # an office
        "12345",
        "宛政办〔2026〕13812号",
        "12411300005977123X",  # unified social credit code of an institution
        "914113030700000000",
        "411303202611200012",  # number of a procurement: no check digit
        PERSON[:-1] + ("1" if PERSON[-1] != "1" else "2"),  # wrong check digit
        "41130319901301123" + "4",  # no thirteenth month
        "2026112013812345678",  # a time stamp
        "12345678901",  # no mobile prefix
        "138123456789",  # twelve digits
        "1381234.5678",  # an amount
        "138.12345678",
        "得分 1 3 8 1 2 3 4 5 6 7 8 9",  # a row of a table
        "138，1234，5678",
        CARD[:-1] + str((int(CARD[-1]) + 1) % 10),
        "http://www.example.gov.cn/art/2026/11/20/art_1234_567890.html",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    """A document whose numbers were starred would be evidence of nothing."""
    assert mask(text) == text


@pytest.mark.parametrize(
    ("markup", "masked"),
    [
        ("<p>138<b>1234</b>5678</p>", "<p>138<b>****</b>5678</p>"),
        ("<p>138&nbsp;1234&nbsp;5678</p>", "<p>138\u00a0****\u00a05678</p>"),
        ("<p>1<wbr>3812345678</p>", "<p>1<wbr>38****5678</p>"),
        ('<a title="13812345678">电话</a>', '<a title="138****5678">电话</a>'),
        ('<a title="1 > 0 13812345678">13812345678</a>', '<a title="1 > 0 138****5678">138****5678</a>'),
        (f"<i>{PERSON[:9]}</i><i>{PERSON[9:]}</i>", f"<i>4113*****</i><i>*******{PERSON[-2:]}</i>"),
        ("<td>138</td><td>1234</td><td>5678</td>", "<td>138</td><td>1234</td><td>5678</td>"),
        ("<p>138</p><p>12345678</p>", "<p>138</p><p>12345678</p>"),
        ("1 < 2 & 3", "1 < 2 & 3"),
        ("", ""),
    ],
)  # fmt: skip
def test_tags_within_a_line_part_no_number(markup: str, masked: str) -> None:
    """Whoever reads the page reads one number; cells and paragraphs are other numbers."""
    assert mask_markup(markup) == masked


@given(st.text("<>ab/=\"'1358 &;", max_size=60))
def test_no_markup_breaks_it(markup: str) -> None:
    """As many characters as before, tags or what looks like some."""
    assert len(mask_markup(markup)) == len(markup)


@given(st.text(st.characters(exclude_categories=()), max_size=80))
def test_no_text_breaks_it(text: str) -> None:
    """As many characters as before, and what is masked is not masked again."""
    masked = mask(text)
    assert len(masked) == len(text)
    assert mask(masked) == masked


@given(st.text("0123456789 Xx-", max_size=60), st.text("，。 号", max_size=3))
def test_a_phone_number_is_found_in_any_neighbourhood(before: str, after: str) -> None:
    """As long as no other digit stands at it."""
    from console.acting import Actor

    text = f"{before}，13812345678{after}"
    assert "13812345678" not in mask(text)
    reviewer = Actor(Account(1, "li", "李", Role.ANALYST), None)
    other = Actor(Account(2, "wu", "吴", Role.UNIT, "dongcheng"), None)
    assert shown(text, reviewer, Right.DECIDE_EVENTS) == text
    assert "13812345678" not in shown(text, other, Right.DECIDE_EVENTS)
    assert "13812345678" not in shown(text, reviewer)
    assert "13812345678" not in shown(text, None, Right.DECIDE_EVENTS)
