"""`chengjian train`: the news classifier anew, from our corpus and an installation's own reviewed labels."""

from pathlib import Path
from typing import Annotated

import typer

from chengjian.cli.answers import answer
from chengjian.cli.databases import KnownDatabase
from chengjian.cli.manners import USAGE, UserError, complain

NOT_REPLACED = 1
_HEAVIEST = 100.0


def train(
    labels: Annotated[
        list[Path] | None,
        typer.Option(
            "--labels", metavar="FILE", help="本单位复核过的标注（JSON Lines），与随程序的语料一起训练；可重复"
        ),
    ] = None,
    reviewed: Annotated[
        bool, typer.Option("--reviewed", help="把库中分析员复核过的事件也作为标注（确认、改种类、研判有误的排除）")
    ] = False,
    city: Annotated[
        list[str] | None, typer.Option("--city", metavar="ID|PATH", help="取哪个城市的复核，可重复，默认 nanyang")
    ] = None,
    weight: Annotated[
        float, typer.Option("--weight", metavar="N", help="每个复核过的事件的份量，随程序的语料每条为 1")
    ] = 1.0,
    check: Annotated[bool, typer.Option("--check", help="只检查语料：坏行、近重复、互相矛盾的标注，不训练")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="模型写到这里（默认写到本机数据目录，研判时优先使用）")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="新模型较差时也替换")] = False,
    db: KnownDatabase = None,
) -> None:
    """重新训练新闻研判模型，与现用的比较，不更差才替换。退出码：0 已替换或语料无误；1 未替换或语料有误；2 调用有误。"""
    from chengjian.bootstrap_news import classifier_of, feature_reader, news_classifier, own_model_file
    from chengjian.bootstrap_training import reviewed_labels, training_inputs
    from nlp.corpus_items import corpus_hash, read_corpus
    from nlp.model.training import TrainingError
    from services.model_card import OwnPart
    from services.train_classifier import compare, comparison_text, replace_model, trained

    if not 0 < weight <= _HEAVIEST:
        raise UserError(f"--weight 应大于 0、不超过 {_HEAVIEST:g}，得到 {weight:g}")
    if (city or db) and not reviewed:
        raise UserError("--city 和 --db 只与 --reviewed 一起用")
    try:
        texts, own, settings = training_inputs(labels or [])
        decision = 0
        if reviewed:
            for learned in reviewed_labels(city or ["nanyang"], db, weight):
                found = learned.labels
                own = {**own, f"{learned.name} 的复核": found.text}
                decision = max(decision, found.last)
                answer(
                    f"{learned.name}：复核过的事件 {found.events} 件、文章 {found.articles} 篇加入训练；"
                    f"另有 {found.silent} 件的决定不涉及种类，未用\n"
                )
        corpus = read_corpus(texts, reviewed=own)
        for line in (*corpus.faults, *corpus.remarks):
            complain(line)
        answer(f"可用条目 {len(corpus.items)}，坏行 {len(corpus.faults)}，存疑 {len(corpus.remarks)}\n")
        if check:
            if corpus.faults:
                raise typer.Exit(NOT_REPLACED)
            return
        items = sum(item.reviewed for item in corpus.items)
        part = OwnPart(corpus_hash(own) if own else "", items, decision)
        text = trained(corpus, corpus_hash(texts), feature_reader(), settings, part)
        comparison = compare(corpus, settings, news_classifier(), classifier_of(text))
        answer(comparison_text(comparison))
        if comparison.worse and not force:
            answer(f"没有替换：{comparison.worse}。仍要替换请加 --force\n")
            raise typer.Exit(NOT_REPLACED)
        target = out or own_model_file()
        replace_model(target, text)
        answer(f"已写入 {target}\n")
    except TrainingError as error:
        complain(str(error))
        raise typer.Exit(USAGE) from None
