"""YAML is read by libyaml where it is there, else by PyYAML's own parser: what is held here has to hold for both."""

from __future__ import annotations

import pytest


@pytest.fixture(params=[True, False], ids=["libyaml", "python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    import yaml

    assert yaml.__with_libyaml__, "the tests need a PyYAML with libyaml"
    monkeypatch.setattr(yaml, "__with_libyaml__", request.param)
