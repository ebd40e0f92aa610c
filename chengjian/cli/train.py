"""`chengjian train`: the news classifier anew, from our corpus and an installation's own reviewed labels."""

from pathlib import Path
from typing import Annotated

import typer

from chengjian.cli.answers import answer
from chengjian.cli.manners import USAGE, complain

NOT_REPLACED = 1


def train(
    labels: Annotated[
        list[Path] | None,
        typer.Option(
            "--labels", metavar="FILE", help="本单位复核过的标注（JSON Lines），与随程序的语料一起训练；可重复"
        ),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="只检查语料：坏行、近重复、互相矛盾的标注，不训练")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="模型写到这里（默认写到本机数据目录，研判时优先使用）")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="新模型较差时也替换")] = False,
) -> None:
    """重新训练新闻研判模型，与现用的比较，不更差才替换。退出码：0 已替换或语料无误；1 未替换或语料有误；2 调用有误。"""
    from chengjian.bootstrap_news import classifier_of, feature_reader, news_classifier, own_model_file
    from chengjian.bootstrap_training import training_inputs
    from nlp.corpus_items import corpus_hash, read_corpus
    from nlp.model.training import TrainingError
    from services.schemes import WrongCallError
    from services.train_classifier import compare, comparison_text, replace_model, trained

    try:
        texts, reviewed, settings = training_inputs(labels or [])
        corpus = read_corpus(texts, reviewed=reviewed)
        for line in (*corpus.faults, *corpus.remarks):
            complain(line)
        answer(f"可用条目 {len(corpus.items)}，坏行 {len(corpus.faults)}，存疑 {len(corpus.remarks)}\n")
        if check:
            if corpus.faults:
                raise typer.Exit(NOT_REPLACED)
            return
        text = trained(corpus, corpus_hash({**texts, **reviewed}), feature_reader(), settings)
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
    except WrongCallError as wrong:
        for line in wrong.lines:
            complain(line)
        raise typer.Exit(USAGE) from None
