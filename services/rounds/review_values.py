"""The new value that an accepted review gives a row: JSON in the form of CONTRACTS §3, checked by the row's rule."""

import json
from decimal import Decimal
from typing import Any, Final

from scoring.model import Scheme
from scoring.shapes import WrongValueError, shown
from services.schemes import WrongCallError

_WORDS: Final = {"是": "true", "有": "true", "否": "false", "无": "false"}  # as people write what is there or not


def read_value(scheme: Scheme, indicator: str, text: str) -> Any:
    """The value as JSON keeps it (numbers as int and float).  WrongCallError where the row does not take it."""
    row = next((row for row in scheme.indicators if row.id == indicator), None)
    if row is None:
        raise WrongCallError(f"方案 {scheme.id} 没有指标 {indicator!r}")
    expected = row.rule.shape.expected
    expected = f" {expected}" if expected[0].isascii() else expected
    text = _WORDS.get(text.strip(), text)
    try:
        exact = json.loads(text, parse_float=Decimal, parse_constant=_no_number)
        plain = json.loads(text)
    except (ValueError, ArithmeticError, RecursionError):
        raise WrongCallError(f"指标 {indicator} 的新值应为{expected}（JSON 写法），得到 {text!r}") from None
    try:
        row.rule.shape.read(exact)
    except WrongValueError as wrong:
        inner = f"（{wrong}）" if str(wrong) else ""
        raise WrongCallError(f"指标 {indicator} 的新值应为{expected}，得到 {shown(exact)}{inner}") from None
    if json.loads(json.dumps(plain), parse_float=Decimal) != exact:
        raise WrongCallError(f"指标 {indicator} 的新值位数过多，保存不下：{shown(exact)}")
    return plain


def _no_number(name: str) -> object:
    raise ValueError(name)
