"""Fetching releases from an index of our own in a directory, and what happens when it is not what it says."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import subprocess
import sys
import tarfile
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from unearth import Link

from reader import releases
from reader.errors import FetchFailed
from reader.releases import cache as cache_module
from reader.releases import index as index_module
from reader.releases import unpack as unpack_module
from reader.releases.index import Archive, client, default_index, download
from reader.releases.pipconf import DEFAULT, PipConfig, read_config

PROJECT = Path(__file__).resolve().parent.parent

Members = dict[str, bytes | tarfile.TarInfo]


def _members(version: str) -> Members:
    top = f"vllm-{version}"
    return {
        f"{top}/PKG-INFO": f"Metadata-Version: 2.4\nName: vllm\nVersion: {version}\n".encode(),
        f"{top}/vllm/__init__.py": b"raise SystemExit('imported!')\n",
        f"{top}/setup.py": b"raise SystemExit('built!')\n",
        f"{top}/csrc/ops.h": b"// ops\n",
    }


def _tar(members: Members) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as tar:
        for name, content in members.items():
            if isinstance(content, tarfile.TarInfo):
                tar.addfile(content)
                continue
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return target.getvalue()


def _special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


class Index:
    """A simple index below one directory, which PIP_INDEX_URL names; find-links and configuration files are off."""

    def __init__(self, root: Path) -> None:
        self.page = root / "vllm" / "index.html"
        self.page.parent.mkdir(parents=True)
        self.page.write_text("<!DOCTYPE html>\n")

    def offer(self, version: str, data: bytes | None = None, digest: str | None = None, more: str = "") -> Path:
        """`digest` "" leaves it out, None is the right one."""
        data = _tar(_members(version)) if data is None else data
        path = self.page.parent / f"vllm-{version}.tar.gz"
        path.write_bytes(data)
        digest = hashlib.sha256(data).hexdigest() if digest is None else digest
        fragment = f"#sha256={digest}" if digest else ""
        with self.page.open("a") as file:
            file.write(f'<a href="{path.name}{fragment}" {more}>{path.name}</a>\n')
        return path


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", (tmp_path / "index").as_uri())
    return Index(tmp_path / "index")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "releases"


def _left(cache: Path) -> list[str]:
    return sorted(path.name for path in cache.iterdir()) if cache.exists() else []


# fetching


def test_a_fetched_release_is_the_archive_without_its_top(index: Index, cache: Path) -> None:
    """The tree lies under the release's number, whole, and nothing else is left."""
    index.offer("1.2.0")
    said: list[tuple[int, int | None]] = []
    root = releases.fetch("1.2.0", cache=cache, report=lambda done, total: said.append((done, total)))
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert files == {name.removeprefix("vllm-1.2.0/"): content for name, content in _members("1.2.0").items()}
    assert root == cache / "1.2.0" and _left(cache) == ["1.2.0"]
    size = (index.page.parent / "vllm-1.2.0.tar.gz").stat().st_size
    assert said[-1] == (size, size)


def test_a_release_at_hand_asks_no_index(index: Index, cache: Path) -> None:
    """Once fetched it is found at once, also written as v1.2 or with the index gone."""
    index.offer("1.2.0")
    root = releases.fetch("1.2.0", cache=cache)
    index.page.unlink()
    assert [releases.fetch(name, cache=cache) for name in ("1.2.0", "v1.2.0", "1.2")] == [root] * 3


def test_what_is_at_hand_is_sorted_as_releases_are(index: Index, cache: Path) -> None:
    """0.10 comes after 0.9, and half a tree or a foreign directory is no release."""
    for version in ("0.10.0", "0.9.2"):
        index.offer(version)
        releases.fetch(version, cache=cache)
    (cache / "0.11.0" / "vllm").mkdir(parents=True)
    (cache / "notes" / "vllm").mkdir(parents=True)
    (cache / "notes" / "vllm" / "__init__.py").touch()
    assert releases.at_hand(cache) == ("0.9.2", "0.10.0")
    assert releases.path_of("0.11.0", cache) is None
    assert releases.path_of("../cache", cache) is None
    assert releases.path_of("notes", cache) is None


def test_available_lists_source_archives_only(index: Index) -> None:
    """Wheels and other projects are left out, order is by release, a withdrawn one bears its reason."""
    index.offer("0.10.0")
    index.offer("0.9.2", more='data-yanked="a &lt;bug&gt;"')
    with index.page.open("a") as file:
        file.write('<a href="vllm-0.11.0-cp38-abi3-linux_x86_64.whl">w</a><a href="vllm-extra-3.0.tar.gz">e</a>\n')
    found = releases.available()
    assert [(one.version, one.yanked) for one in found] == [("0.9.2", "a <bug>"), ("0.10.0", None)]
    assert found[1].size == (index.page.parent / found[1].filename).stat().st_size


@pytest.mark.parametrize("version", ["0.9.2"])
def test_a_real_release_comes_from_the_configured_index(cache: Path, version: str) -> None:
    """0.9.2 of vLLM, through the index that pip is configured for on this machine."""
    root = releases.fetch(version, cache=cache)
    assert f"Version: {version}\n" in (root / "PKG-INFO").read_text()
    assert (root / "vllm/engine/llm_engine.py").is_file() and (root / "csrc").is_dir()
    assert _left(cache) == [version]


# what may be wrong with a release


def _fails(version: str, cache: Path, *words: str) -> None:
    with pytest.raises(FetchFailed) as caught:
        releases.fetch(version, cache=cache)
    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert _left(cache) == []


def test_an_unknown_release_is_refused_with_its_neighbours(index: Index, cache: Path) -> None:
    """The message offers what comes near in number, and the newest."""
    for version in ("0.9.2", "0.10.0", "0.12.0", "0.33.0"):
        index.offer(version)
    _fails("0.10.9", cache, "0.10.9", "near it are 0.9.2, 0.10.0, 0.12.0, 0.33.0", "reader fetch --list")
    _fails("week3", cache, "'week3' is no release number")


def test_a_withdrawn_release_is_fetched_only_when_asked_for(index: Index, cache: Path) -> None:
    """The refusal says why it was withdrawn and how to get it all the same."""
    index.offer("1.0.0", more='data-yanked="broken"')
    _fails("1.0.0", cache, "withdrawn: broken", "reader fetch --yanked 1.0.0")
    assert releases.fetch("1.0.0", cache=cache, yanked=True) == cache / "1.0.0"


def test_a_wrong_digest_leaves_nothing(index: Index, cache: Path) -> None:
    """The message names the file and both digests."""
    index.offer("1.0.0", digest="0" * 64)
    _fails("1.0.0", cache, "vllm-1.0.0.tar.gz", "sha256", "0" * 64)


def test_a_local_file_without_a_digest_is_taken_with_a_word(index: Index, cache: Path) -> None:
    """What lies on this machine's disk needs no digest, but it is said."""
    index.offer("1.0.0", digest="")
    said: list[str] = []
    releases.fetch("1.0.0", cache=cache, warn=said.append)
    assert len(said) == 1 and "without a digest" in said[0]


def test_a_remote_file_without_a_digest_is_refused(tmp_path: Path) -> None:
    """Without a digest nothing from the network is even asked for."""
    config = PipConfig(("https://index.invalid/simple",))
    archive = Archive("1.0", Link("https://user:word@index.invalid/vllm-1.0.tar.gz"), None)
    with client(config) as session, pytest.raises(FetchFailed, match="no digest") as caught:
        download(session, archive, tmp_path / "a")
    assert "word" not in str(caught.value)


@pytest.mark.parametrize("cut", [10, 200, -1, -9])
def test_a_truncated_archive_is_no_release(index: Index, cache: Path, cut: int) -> None:
    """Cut anywhere, the last byte included, also where no digest would tell."""
    index.offer("1.0.0", data=_tar(_members("1.0.0"))[:cut], digest="")
    _fails("1.0.0", cache, "vllm-1.0.0.tar.gz", "no whole source archive")


@pytest.mark.parametrize("data", [b"", b"<html>not found</html>", gzip.compress(b"no tar" * 1000, mtime=0)])
def test_what_is_no_archive_is_said(index: Index, cache: Path, data: bytes) -> None:
    """An empty file, a page of HTML, and something else in gzip."""
    index.offer("1.0.0", data=data)
    _fails("1.0.0", cache, "vllm-1.0.0.tar.gz", "ask another index")


HOSTILE: dict[str, Members] = {
    "parent": {"../evil": b"x"},
    "parent below": {"vllm-1.0.0/../../evil": b"x"},
    "absolute": {"/tmp/evil": b"x"},
    "another top": {"evil/x": b"x"},
    "link out": {"l": _special("vllm-1.0.0/l", tarfile.SYMTYPE, "../../../evil")},
    "absolute link": {"l": _special("vllm-1.0.0/l", tarfile.SYMTYPE, "/etc/passwd")},
    "hard link out": {"l": _special("vllm-1.0.0/l", tarfile.LNKTYPE, "../evil")},
    "device": {"d": _special("vllm-1.0.0/d", tarfile.CHRTYPE)},
    "pipe": {"p": _special("vllm-1.0.0/p", tarfile.FIFOTYPE)},
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_members_are_refused(index: Index, cache: Path, tmp_path: Path, what: str) -> None:
    """Whatever would reach outside or is a device ends the whole fetch, and nothing was written anywhere."""
    index.offer("1.0.0", data=_tar({**_members("1.0.0"), **HOSTILE[what]}))
    _fails("1.0.0", cache, "its member", "Nothing of it was kept")
    assert not list(tmp_path.rglob("evil")) and not Path("/tmp/evil").exists()


def test_links_inside_are_not_made(index: Index, cache: Path) -> None:
    """A link that stays inside is no offence, but nothing is written through it."""
    members = {
        **_members("1.0.0"),
        "l": _special("vllm-1.0.0/link", tarfile.SYMTYPE, "vllm"),
        "vllm-1.0.0/link/x.py": b"x",
    }
    index.offer("1.0.0", data=_tar(members))
    root = releases.fetch("1.0.0", cache=cache)
    assert not (root / "link").is_symlink() and (root / "link/x.py").read_bytes() == b"x"
    assert not (root / "vllm/x.py").exists()


def test_an_archive_without_vllm_is_none(index: Index, cache: Path) -> None:
    """A sound archive of something else is not taken for a release."""
    index.offer("1.0.0", data=_tar({"vllm-1.0.0/README": b""}))
    _fails("1.0.0", cache, "no vllm/__init__.py")


@pytest.mark.parametrize(("limit", "words"), [("MOST_FILES", "more than 3 files"), ("MOST_BYTES", "GB")])
def test_limits_hold(index: Index, cache: Path, monkeypatch: pytest.MonkeyPatch, limit: str, words: str) -> None:
    """Too many files or too many bytes end the unpacking."""
    index.offer("1.0.0")
    monkeypatch.setattr(unpack_module, limit, 3)
    _fails("1.0.0", cache, words)


def test_an_archive_too_large_to_fetch_is_refused(index: Index, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The announced length already is too much."""
    index.offer("1.0.0")
    monkeypatch.setattr(index_module, "MOST_BYTES", 10)
    _fails("1.0.0", cache, "vllm-1.0.0.tar.gz", "MB")


def test_a_giant_header_is_not_read_into_memory(index: Index, cache: Path) -> None:
    """A pax header of 64 MB, a few kB compressed, is refused by its size."""
    info = tarfile.TarInfo("vllm-1.0.0/x")
    info.pax_headers = {"comment": "a" * 64_000_000}
    index.offer("1.0.0", data=_tar({"x": info, **_members("1.0.0")}))
    _fails("1.0.0", cache, "header of more than 8 MB")


# the disk, and being killed


def test_a_full_disk_is_said_with_its_place(index: Index, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ENOSPC in the middle names the cache and how to put it elsewhere."""
    index.offer("1.0.0")

    def full(done: int, total: int | None) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(FetchFailed, match="disk is full") as caught:
        releases.fetch("1.0.0", cache=cache, report=full)
    assert str(cache) in str(caught.value) and "XDG_CACHE_HOME" in str(caught.value)
    assert _left(cache) == []


def test_a_cache_that_is_a_file_is_said(index: Index, cache: Path) -> None:
    """A file where the cache directory should be is named."""
    index.offer("1.0.0")
    cache.parent.mkdir()
    cache.touch()
    with pytest.raises(FetchFailed, match="releases: stands in the way"):
        releases.fetch("1.0.0", cache=cache)


def test_something_in_the_way_is_not_overwritten(index: Index, cache: Path) -> None:
    """A directory of that name that is no whole release is left alone, and the message says to remove it."""
    index.offer("1.0.0")
    (cache / "1.0.0").mkdir(parents=True)
    (cache / "1.0.0" / "mine").write_text("mine")
    with pytest.raises(FetchFailed, match="remove it"):
        releases.fetch("1.0.0", cache=cache)
    assert (cache / "1.0.0" / "mine").read_text() == "mine" and _left(cache) == ["1.0.0"]


@pytest.mark.parametrize("moment", ["report", "unpacked"])
def test_an_interrupt_leaves_nothing(index: Index, cache: Path, moment: str) -> None:
    """Ctrl-C while receiving or unpacking goes through, and the workshop is gone."""
    index.offer("1.0.0")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        releases.fetch("1.0.0", cache=cache, **{moment: interrupt})
    assert _left(cache) == []


KILLED = """
import os, sys
from pathlib import Path
from reader import releases

def die(*so_far):
    if so_far[0] >= int(sys.argv[2]):
        os.kill(os.getpid(), 9)

releases.fetch("1.0.0", cache=Path(sys.argv[1]), **{sys.argv[3]: die})
"""


@pytest.mark.parametrize(("moment", "count"), [("report", 1), ("unpacked", 1), ("unpacked", 3), ("unpacked", 4)])
def test_a_kill_leaves_no_half_release(index: Index, cache: Path, moment: str, count: int) -> None:
    """Killed at any moment, nothing counts as a release; the next fetch works, and sweeps once the rest is old."""
    index.offer("1.0.0")
    process = subprocess.run([sys.executable, "-c", KILLED, str(cache), str(count), moment], cwd=PROJECT)
    assert process.returncode == -9
    (workshop,) = cache.iterdir()
    assert releases.at_hand(cache) == () and releases.path_of("1.0.0", cache) is None
    assert releases.fetch("1.0.0", cache=cache) == cache / "1.0.0"
    assert _left(cache) == [workshop.name, "1.0.0"]
    os.utime(workshop, (0, 0))
    index.offer("1.1.0")
    releases.fetch("1.1.0", cache=cache)
    assert _left(cache) == ["1.0.0", "1.1.0"]


def test_a_living_workshop_is_never_swept(index: Index, cache: Path) -> None:
    """However old it looks, a workshop whose owner lives stays."""
    index.offer("1.0.0")
    with cache_module.workshop(cache, "9.9") as place:
        os.utime(place, (0, 0))
        releases.fetch("1.0.0", cache=cache)
        assert place.exists()
    assert _left(cache) == ["1.0.0"]


def test_of_two_fetches_at_once_both_get_the_release(index: Index, cache: Path) -> None:
    """While one unpacks, another finishes: the slower one takes the faster one's tree."""
    index.offer("1.0.0")
    inner: list[Path] = []

    def meanwhile(count: int) -> None:
        if not inner:
            inner.append(releases.fetch("1.0.0", cache=cache))
            (inner[0] / "first").touch()

    assert releases.fetch("1.0.0", cache=cache, unpacked=meanwhile) == inner[0]
    assert (inner[0] / "first").exists() and _left(cache) == ["1.0.0"]


# which index


def test_an_index_that_fails_is_no_hindrance_when_another_has_it(
    index: Index, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dead hosts, missing directories and missing find-links are passed over, as pip does."""
    index.offer("1.0.0")
    extra = f"https://nobody:word@127.0.0.1:9/simple {(tmp_path / 'nowhere').as_uri()}"
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", extra)
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "neither"))
    said: list[str] = []
    assert [one.version for one in releases.available(warn=said.append)] == ["1.0.0"]
    assert releases.fetch("1.0.0", cache=cache) == cache / "1.0.0"
    assert any("127.0.0.1" in text for text in said) and not any("word" in text for text in said)


def test_without_network_the_message_names_the_index_but_no_password(
    index: Index, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who was asked, what went wrong, and where to set another; never the credentials."""
    monkeypatch.setenv("PIP_INDEX_URL", "https://nobody:word@127.0.0.1:9/simple")
    _fails("1.0.0", cache, "127.0.0.1:9/simple", "PIP_INDEX_URL")
    with pytest.raises(FetchFailed) as caught:
        releases.available()
    assert "word" not in str(caught.value)


def test_find_links_alone_will_do(index: Index, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain directory of archives, with no index at all."""
    index.offer("1.0.0")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    _fails("1.0.0", cache, "no-index")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index.page.parent))
    assert releases.fetch("1.0.0", cache=cache) == cache / "1.0.0"


def test_bad_certificates_are_named(index: Index, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A PIP_CERT that is not there is named, with where to mend it."""
    monkeypatch.setenv("PIP_CERT", "/nowhere/ca.pem")
    _fails("1.0.0", cache, "/nowhere/ca.pem", "PIP_CERT")


class _Server(BaseHTTPRequestHandler):
    """An index behind a password that redirects to its files, one of which it breaks off in the middle."""

    data = _tar(_members("1.0.0"))

    def do_GET(self) -> None:
        if self.headers.get("Authorization") != "Basic " + b64encode(b"nobody:word").decode():
            self._answer(401, b"")
        elif self.path == "/simple/vllm/":
            link = '<a href="/old/vllm-{0}.tar.gz#sha256={1}">vllm-{0}.tar.gz</a>'
            digest = hashlib.sha256(self.data).hexdigest()
            page = "".join(link.format(version, digest) for version in ("1.0.0", "2.0.0", "3.0.0"))
            self._answer(200, page.encode(), "text/html")
        elif self.path.startswith("/old/"):
            self.send_response(302)
            self.send_header("Location", self.path.replace("/old/", "/new/"))
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.path == "/new/vllm-1.0.0.tar.gz":
            self._answer(200, self.data)
        elif self.path == "/new/vllm-2.0.0.tar.gz":
            self._answer(200, self.data[:99], length=len(self.data))
        else:
            self._answer(503, b"")

    def _answer(self, code: int, body: bytes, kind: str = "application/gzip", length: int | None = None) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server(index: Index) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_server_is_asked_with_the_configured_credentials(
    server: str, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """User and password of the index go with every request to it, redirected ones too; what breaks off is said."""
    monkeypatch.setenv("PIP_INDEX_URL", f"http://nobody:word@{server}/simple")
    _fails("2.0.0", cache, "the transfer broke off", f"{server}/old/vllm-2.0.0.tar.gz", "Try again")
    _fails("3.0.0", cache, "503", "vllm-3.0.0.tar.gz")
    assert releases.fetch("1.0.0", cache=cache) == cache / "1.0.0"


def test_netrc_serves_as_for_pip(server: str, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without credentials in the address the index refuses, and nobody is prompted; ~/.netrc has them."""
    monkeypatch.setenv("PIP_INDEX_URL", f"http://{server}/simple")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    _fails("1.0.0", cache, "401")
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login nobody password word\n")
    assert releases.fetch("1.0.0", cache=cache) == cache / "1.0.0"


# pip's configuration


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Writes one of pip's files; the machine's own are out of reach."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    places = {
        "machine": tmp_path / "xdg" / "pip" / "pip.conf",
        "legacy": tmp_path / "home" / ".pip" / "pip.conf",
        "user": tmp_path / "home" / ".config" / "pip" / "pip.conf",
        "site": tmp_path / "prefix" / "pip.conf",
        "named": tmp_path / "named.conf",
    }
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / ".config"))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "xdg"))
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "prefix"))
    monkeypatch.setenv("PIP_CONFIG_FILE", str(places["named"]))

    def write(where: str, text: str) -> None:
        places[where].parent.mkdir(parents=True, exist_ok=True)
        places[where].write_text(text)

    return write


def test_files_win_in_pips_order(configured: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Machine, legacy, user, environment's prefix, the named file, then PIP_*; an empty value is none."""
    for where in ("machine", "legacy", "user", "site"):
        configured(where, f"[global]\nindex-url = https://{where}\n")
        assert read_config().indexes[0] == f"https://{where}"
    monkeypatch.setenv("PIP_INDEX_URL", "")
    assert read_config().indexes[0] == "https://site"
    monkeypatch.setenv("PIP_INDEX_URL", "https://variable")
    assert read_config().indexes[0] == "https://variable"


def test_a_named_file_is_read_instead_of_the_users(configured: Callable[[str, str], None]) -> None:
    """With PIP_CONFIG_FILE the user's own file is not read; the named one goes before all others."""
    configured("user", "[global]\nclient-cert = /user.pem\n")
    configured("machine", "[global]\nproxy = http://machine:1\nindex-url = https://machine\n")
    configured("named", "[global]\nindex-url = https://named\n")
    config = read_config()
    assert (config.client_cert, config.proxy, config.indexes) == (None, "http://machine:1", ("https://named",))


def test_sections_and_lists_are_read_as_pip_does(configured: Callable[[str, str], None]) -> None:
    """The command's section goes before [global], lists are split at blanks and line ends, names take underscores."""
    configured(
        "user",
        "[global]\nindex_url = https://global\ntimeout = 7\nfind-links =\n    /a\n    /b\ntrusted-host = h:1 i\n"
        "[download]\nindex-url = https://download\nextra-index-url = https://x https://y\n[freeze]\ntimeout = 9\n",
    )
    config = read_config()
    assert config.indexes == ("https://download", "https://x", "https://y")
    assert (config.find_links, config.trusted_hosts, config.timeout) == (("/a", "/b"), ("h:1", "i"), 7.0)


def test_without_any_file_it_is_pypi(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """PIP_CONFIG_FILE=/dev/null switches every file off."""
    monkeypatch.delenv("PIP_INDEX_URL")
    assert read_config().indexes == (DEFAULT,)


def test_the_default_index_is_one() -> None:
    """What stands for no configuration becomes an address before it is asked."""
    assert default_index().startswith("https://")


def test_a_broken_file_is_named(configured: Callable[[str, str], None]) -> None:
    """A file that pip could not read either ends in a message with its path."""
    configured("user", "index-url = https://x\n")
    with pytest.raises(FetchFailed) as caught:
        read_config()
    assert "home/.config/pip/pip.conf" in str(caught.value) and "Mend" in str(caught.value)


def test_importing_releases_needs_no_network_client() -> None:
    """Opening a release at hand pays neither for unearth nor for tarfile."""
    code = (
        "import sys, reader.releases; print(sorted({'unearth', 'httpx2', 'tarfile', 'packaging'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
