"""The judges of the nightly news read both scripts, as `chengjian classify` does."""

from chengjian.news_judges import news_judges
from records.news import Article
from services.registry import load_city


def test_an_article_in_traditional_script_is_charged_to_its_unit() -> None:
    """A Hong Kong paper's report on a county official was attributed by classify, and by the night to nobody."""
    judges = news_judges(load_city("nanyang"))
    text = "方城縣紀委監委通報，該縣財政局局長李某某接受審查調查。"
    article = Article("t1", "河南方城縣財政局局長李某某涉嫌嚴重違紀違法被查", text)
    verdict = judges.classifier.judge(article)
    assert judges.attributor.attribute(article, verdict).units == ("fangcheng",)
