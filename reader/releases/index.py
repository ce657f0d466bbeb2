"""The package index: which source archives of vLLM it has, and their bytes, verified.

The only module that knows unearth. It was chosen over pypi-simple because it reads find-links and `file:` indexes,
trusted hosts, netrc and keyrings, as pip does; pypi-simple has none of these. Prints no credentials.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import re
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

from packaging.version import Version
from unearth import Link, PackageFinder
from unearth.auth import MultiDomainBasicAuth
from unearth.fetchers import Fetcher, PyPIClient

from reader.errors import FetchFailed
from reader.releases.pipconf import DEFAULT, PipConfig
from reader.value import frozen

PROJECT = "vllm"
MOST_BYTES = 300_000_000  # 0.33.0 has 47 MB
_DIGESTS = ("sha256", "sha512", "sha384")
_SECRET = re.compile(r"(?<=//)[^/@\s]+(?=@)")

Report = Callable[[int, int | None], None]


@frozen
class Archive:
    """One source archive that some index offers. `yanked` is the reason why it was withdrawn, None when it was not."""

    version: str
    link: Link
    yanked: str | None

    @property
    def digest(self) -> tuple[str, str] | None:
        offered = self.link.hash_option or {}
        return next(((name, offered[name][0]) for name in _DIGESTS if offered.get(name)), None)

    @property
    def size(self) -> int | None:
        with contextlib.suppress(OSError, ValueError):
            if self.link.is_file:
                return self.link.file_path.stat().st_size
        return None


@frozen
class Answer:
    """What the indexes said together; `problems` are those that could not be asked, in words."""

    archives: tuple[Archive, ...]
    problems: tuple[str, ...]
    asked: tuple[str, ...]


def redacted(text: str) -> str:
    return _SECRET.sub("***", text)


@contextlib.contextmanager
def client(config: PipConfig) -> Iterator[PyPIClient]:
    with PyPIClient(
        trusted_hosts=config.trusted_hosts,
        verify=_certificates(config),
        timeout=config.timeout,
        follow_redirects=True,
        proxy=config.proxy,
    ) as session:
        session.auth = MultiDomainBasicAuth(prompting=False, index_urls=_indexes(config))
        yield session


def ask(session: PyPIClient, config: PipConfig) -> Answer:
    """All source archives, one a version: the first of the best, where one with a digest is better than one without
    and a yanked one is worst. An index that fails is a problem, not the end: another may have the release."""
    best: dict[Version, Archive] = {}
    problems: list[str] = []
    sources = [("index", url) for url in _indexes(config)] + [("find-links", url) for url in config.find_links]
    for kind, url in sources:
        for archive in _archives(session, kind, url, problems):
            version = Version(archive.version)
            if version not in best or _worth(archive) > _worth(best[version]):
                best[version] = archive
    archives = tuple(best[version] for version in sorted(best))
    return Answer(archives, tuple(dict.fromkeys(problems)), tuple(redacted(url) for _, url in sources))


def _indexes(config: PipConfig) -> tuple[str, ...]:
    return tuple(default_index() if url == DEFAULT else url for url in config.indexes)


def default_index() -> str:
    """The one that unearth, like pip, asks when it is told of none."""
    return str(PackageFinder().sources[0]["url"])


def _worth(archive: Archive) -> tuple[bool, bool]:
    return archive.yanked is None, archive.digest is not None


def _archives(session: PyPIClient, kind: str, url: str, problems: list[str]) -> list[Archive]:
    where = _location(url)
    indexes, find_links = ([where], []) if kind == "index" else ([], [where])
    with _listening(problems):
        try:
            fetcher = cast(Fetcher, session)  # it is one, but the types of httpx2's `get` are wider than the protocol's
            finder = PackageFinder(
                fetcher, index_urls=indexes, find_links=find_links, ignore_compatibility=True, no_binary=[PROJECT]
            )
            packages = list(finder.find_all_packages(PROJECT, allow_yanked=True))
        # What comes from an index is a stranger's, and unearth lets whatever its parsers trip over through.
        except Exception as error:
            problems.append(f"{redacted(url)}: {_in_words(error)}")
            return []
    return [
        Archive(package.version, package.link, _yanked(package.link))
        for package in packages
        if package.version and package.link.filename.endswith(".tar.gz")
    ]


def _location(url: str) -> str:
    """A plain path, which pip accepts everywhere, as a URL; one that is not there passes, and is complained about."""
    if "://" in url or url.startswith("file:"):
        return url
    path = Path(url).expanduser() if url.startswith("~") else Path(url)
    return path.absolute().as_uri()


def _yanked(link: Link) -> str | None:
    reason = link.yank_reason
    if reason is None:
        return None
    return reason if isinstance(reason, str) and reason else "no reason given"


@contextlib.contextmanager
def _listening(problems: list[str]) -> Iterator[None]:
    """unearth logs the indexes that it skips; a 404 among these is an index without vLLM, which is no problem."""

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            message = redacted(record.getMessage())
            if "Client Error(404)" not in message:
                problems.append(message)

    logger = logging.getLogger("unearth")
    handler, propagate = Handler(logging.WARNING), logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagate


def _certificates(config: PipConfig) -> ssl.SSLContext | bool:
    """pip's `cert`, else what requests looks at, else the default, which honours SSL_CERT_FILE and the system."""
    place = config.cert or os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    if not place and not config.client_cert:
        return True
    try:
        context = ssl.create_default_context(
            cafile=place if place and not Path(place).is_dir() else None,
            capath=place if place and Path(place).is_dir() else None,
        )
        if config.client_cert:
            context.load_cert_chain(config.client_cert)
    except OSError as error:  # ssl.SSLError is one
        named = ", ".join(filter(None, (place, config.client_cert)))
        raise FetchFailed(
            f"{named}: the certificates cannot be read ({error.strerror or error})\n"
            "Mend the path in PIP_CERT, pip.conf (cert, client-cert) or REQUESTS_CA_BUNDLE."
        ) from error
    return context


def download(session: PyPIClient, archive: Archive, into: Path, report: Report | None = None) -> None:
    """Writes the archive and verifies its digest. Raises FetchFailed, and OSError when the disk does not take it."""
    where = archive.link.redacted
    expected = archive.digest
    if expected is None and not archive.link.is_file:
        raise FetchFailed(f"{where}: the index gives no digest for it, so it cannot be verified; ask another index")
    summed = hashlib.new(expected[0] if expected else "sha256")
    with into.open("wb") as file:
        done = 0
        for chunk, total in _received(session, archive.link):
            summed.update(chunk)
            file.write(chunk)
            done += len(chunk)
            if report:
                report(done, total)
    if expected and summed.hexdigest() != expected[1].lower():
        raise FetchFailed(
            f"{where}: the {expected[0]} digest is {summed.hexdigest()}, but the index promised {expected[1]}\n"
            "Nothing of it was kept. Try again; if it stays so, the file or the mirror is damaged: ask another index."
        )


def _received(session: PyPIClient, link: Link) -> Iterator[tuple[bytes, int | None]]:
    """The chunks, each with the length of the whole where the server says it."""
    where, done = link.redacted, 0
    try:
        # identity: some servers call a .tar.gz a gzip-encoded .tar, and the digest is of the .tar.gz.
        with session.get_stream(link.url_without_fragment, headers={"Accept-Encoding": "identity"}) as response:
            if response.status_code != 200:
                raise FetchFailed(f"{where}: the server answers {response.status_code} {response.reason_phrase}")
            length = response.headers.get("Content-Length", "")
            total = int(length) if length.isdecimal() else None
            for chunk in response.iter_raw(1 << 16):
                done += len(chunk)
                if max(done, total or 0) > MOST_BYTES:
                    raise FetchFailed(f"{where}: it has more than {MOST_BYTES // 10**6} MB; no release has that")
                yield chunk, total
    except (FetchFailed, OSError):
        raise
    # Nothing but the client runs in here; its errors are those of the HTTP library below unearth, which has changed.
    except Exception as error:
        raise FetchFailed(f"{where}: the transfer broke off: {_in_words(error)}\nTry again.") from error


def _in_words(error: Exception) -> str:
    return redacted(str(error)) or type(error).__name__
