"""`chengjian classify FILE`: what each news item says of public conduct, and because of which words."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from chengjian.cli.answers import answer
from chengjian.cli.manners import UserError

SOME_UNREADABLE = 1


def classify(
    file: Annotated[
        Path | None,
        typer.Argument(help="新闻条目（JSON Lines，每行 id、title、text…），- 表示标准输入", show_default=False),
    ] = None,
    city: Annotated[
        str, typer.Option(metavar="ID|PATH", help="按这个城市的单位登记表归属（编号，或登记表文件）")
    ] = "nanyang",
    threshold: Annotated[
        list[str] | None,
        typer.Option(metavar="[种类=]数", help="改变判定阈值（0 至 1），如 0.8 或 misconduct=0.8；可重复"),
    ] = None,
    model_file: Annotated[
        Path | None, typer.Option("--model", metavar="FILE", help="用这个模型文件，不用随程序提供的")
    ] = None,
    model_card: Annotated[
        bool, typer.Option("--model-card", help="只说明模型：每个种类的准确率、召回率和区间")
    ] = False,
) -> None:
    """研判新闻条目：语气、是否涉及政府、属于哪一种，并列出原文依据。退出码：0 全部研判；1 有的行读不了；2 调用有误。"""
    from chengjian.bootstrap_news import corpus_texts, news_classifier

    if model_card:
        from nlp.corpus_items import corpus_hash
        from services.model_card import model_card as card

        answer(card(news_classifier(model_file).model, corpus_hash(corpus_texts())))
        return
    if file is None:
        raise UserError("缺少参数 FILE：请给出新闻条目文件，或用 - 从标准输入读取")
    from chengjian.bootstrap_news import news_attribution
    from services.classify_news import classify as judge
    from services.classify_news import documents
    from services.registry.city_files import load_city

    body = _read(file)
    classifier = news_classifier(model_file, _thresholds(threshold or []))
    attributor, grouping = news_attribution(load_city(city))
    judged = judge(body, classifier=classifier, attributor=attributor, grouping=grouping)
    answer(b"".join(documents(judged)))
    if any(one.fact is None for one in judged):
        raise typer.Exit(SOME_UNREADABLE)


def _read(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise UserError(f"找不到文件：{file}") from None
    except IsADirectoryError:
        raise UserError(f"这是文件夹，不是文件：{file}") from None
    except (OSError, ValueError) as error:
        raise UserError(f"不能读取文件 {file}：{getattr(error, 'strerror', None) or error}") from None


def _thresholds(given: list[str]) -> dict[str, float]:
    """Target (or "" for every label) → threshold.  Raises ``UserError``."""
    wanted: dict[str, float] = {}
    for text in given:
        name, equals, number = text.rpartition("=")
        try:
            value = float(number)
        except ValueError:
            raise UserError(f"--threshold 的取值 {text} 不是数字，应写作 0.8 或 misconduct=0.8") from None
        if not 0.0 <= value <= 1.0:
            raise UserError(f"--threshold 的取值 {number} 超出范围 0 至 1")
        wanted[name if equals else ""] = value
    return wanted
