"""For every test: an environment without proxies and without settings of the person who runs it."""

import os

import pytest


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or (name.startswith("CHENGJIAN_") and name != "CHENGJIAN_SHARED"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("CHENGJIAN_HOME", str(tmp_path_factory.getbasetemp() / "home"))
    monkeypatch.setenv("CHENGJIAN_CONTACT", "mailto:tests@example.invalid")
    monkeypatch.setenv("COLUMNS", "200")  # tables are not folded differently under another terminal
