"""Directories of our own: where platformdirs says, without asking it on Linux."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import platformdirs
import pytest

from reader import directories

CASES = [
    ("XDG_DATA_HOME", directories.data, platformdirs.user_data_path),
    ("XDG_CACHE_HOME", directories.cache, platformdirs.user_cache_path),
    ("XDG_CONFIG_HOME", directories.config, platformdirs.user_config_path),
]


@pytest.mark.parametrize("stated", ["/somewhere", "", " ", "relative", None])
@pytest.mark.parametrize(("variable", "ours", "theirs"), CASES)
def test_ours_lie_where_platformdirs_says(
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    ours: Callable[[], Path],
    theirs: Callable[..., Path],
    stated: str | None,
) -> None:
    """The short cut gives the same path, whatever the variable says."""
    if stated is None:
        monkeypatch.delenv(variable)
    else:
        monkeypatch.setenv(variable, stated)
    assert ours() == theirs("vllm-reader", appauthor=False)
