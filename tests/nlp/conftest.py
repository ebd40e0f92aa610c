"""The classifier as the program builds it, once for all tests of this folder."""

import pytest

from chengjian.bootstrap_news import classifier_of, packaged_model_text
from nlp.classifier import Classifier


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    return classifier_of(packaged_model_text())
