"""What pip is configured for: the indexes, find-links, certificates, proxy and time-out.

Reads `PIP_*` and pip's configuration files in pip's own order, as `pip download` would, without pip. Asks no index.
"""

from __future__ import annotations

import configparser
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from reader.errors import FetchFailed
from reader.value import frozen

DEFAULT = "default"  # in place of a URL: the index that is asked when pip is told of none
# Later ones win. `install` is read too: who configures a mirror for it means it for this as well.
_SECTIONS = ("global", "install", "download", ":env:")
_YES = frozenset({"y", "yes", "t", "true", "on", "1"})


@frozen
class PipConfig:
    """Locations as pip's user wrote them, credentials included: never print one unredacted. An index may be DEFAULT."""

    indexes: tuple[str, ...]
    find_links: tuple[str, ...] = ()
    trusted_hosts: tuple[str, ...] = ()
    cert: str | None = None
    client_cert: str | None = None
    proxy: str | None = None
    timeout: float = 15.0


def read_config() -> PipConfig:
    """Raises FetchFailed naming the file that is no configuration file."""
    return _interpret(_merged(_sections()))


def _interpret(values: Mapping[str, str]) -> PipConfig:
    indexes: tuple[str, ...] = ()
    if values.get("no-index", "").lower() not in _YES:
        first = values.get("index-url") or values.get("pypi-url") or DEFAULT
        indexes = (first, *values.get("extra-index-url", "").split())
    try:
        timeout = float(values.get("timeout") or values.get("default-timeout") or 15)
    except ValueError:
        timeout = 15.0
    return PipConfig(
        indexes,
        tuple(values.get("find-links", "").split()),
        tuple(values.get("trusted-host", "").split()),
        values.get("cert"),
        values.get("client-cert"),
        values.get("proxy"),
        timeout,
    )


def _merged(sections: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """As in pip, an empty value counts as none, so that an empty `PIP_INDEX_URL` leaves the file's."""
    merged: dict[str, str] = {}
    for section in _SECTIONS:
        merged.update({name: value for name, value in sections.get(section, {}).items() if value})
    return merged


def _sections() -> dict[str, dict[str, str]]:
    sections: dict[str, dict[str, str]] = {}
    for path in _files():
        for section, values in _parse(path).items():
            sections.setdefault(section, {}).update(values)
    sections[":env:"] = {
        _normal(name[4:]): value.strip() for name, value in os.environ.items() if name.startswith("PIP_")
    }
    return sections


def _parse(path: Path) -> dict[str, dict[str, str]]:
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(path.read_text(encoding="utf-8", errors="replace"), str(path))
    except OSError:
        return {}
    except configparser.Error as error:
        raise FetchFailed(f"{path}: pip's configuration cannot be read: {error}\nMend or remove that file.") from error
    return {
        section: {_normal(name): value.strip() for name, value in parser.items(section)}
        for section in parser.sections()
    }


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").removeprefix("--")


def _files() -> Iterator[Path]:
    """Later ones win: the machine's, the user's, the environment's, the one named by PIP_CONFIG_FILE (which is read
    instead of the user's); with `PIP_CONFIG_FILE=/dev/null` there are none."""
    named = os.environ.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return
    basename = "pip.ini" if sys.platform == "win32" else "pip.conf"
    yield from (place / basename for place in _machine_places())
    if not (named and os.access(named, os.F_OK)):
        yield from (place / basename for place in _user_places())
    yield Path(sys.prefix) / basename
    if named:
        yield Path(named)


def _machine_places() -> Iterator[Path]:
    import platformdirs  # 19 ms, for the network only

    if sys.platform == "win32":
        yield Path(platformdirs.site_config_dir("pip", appauthor=False))
        return
    # pip lists the first of XDG_CONFIG_DIRS first, so that the last one wins.
    yield from map(Path, platformdirs.site_config_dir("pip", appauthor=False, multipath=True).split(os.pathsep))
    yield Path("/etc")


def _user_places() -> Iterator[Path]:
    import platformdirs

    yield Path.home() / ("pip" if sys.platform == "win32" else ".pip")
    place = Path(platformdirs.user_config_dir("pip", appauthor=False, roaming=True))
    if sys.platform == "darwin" and not place.is_dir():
        place = Path.home() / ".config" / "pip"
    yield place
