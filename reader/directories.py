"""Where `reader`'s own files lie: its progress, what it can fetch or make again, and what one gives it. Follows the XDG
directories."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def data() -> Path:
    """For what must not be lost."""
    stated = _stated("XDG_DATA_HOME", ".local/share")
    if stated:
        return stated
    from platformdirs import user_data_path

    return user_data_path("vllm-reader", appauthor=False)


def cache() -> Path:
    """For what can be had again."""
    stated = _stated("XDG_CACHE_HOME", ".cache")
    if stated:
        return stated
    from platformdirs import user_cache_path

    return user_cache_path("vllm-reader", appauthor=False)


def config() -> Path:
    """For what the user puts there: tours of their own."""
    stated = _stated("XDG_CONFIG_HOME", ".config")
    if stated:
        return stated
    from platformdirs import user_config_path

    return user_config_path("vllm-reader", appauthor=False)


def _stated(variable: str, below_home: str) -> Path | None:
    """As platformdirs has it on Linux, where it needs no asking: its import costs 6 ms. None elsewhere."""
    stated = os.environ.get(variable, "").strip()
    if sys.platform != "linux" or not (stated.startswith("/") or not stated):
        return None
    return (Path(stated) if stated else Path.home() / below_home) / "vllm-reader"
