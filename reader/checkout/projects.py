"""Another project than vLLM: what it is called and which release a tree of it is of, from what lies in it.

Reads a few small files and runs git, nothing else. A tree that says nothing goes by its directory's name and is of
release "unknown".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from reader.checkout.identity import UNKNOWN, head, is_release, last_tag
from reader.pattern import pattern

# The folders below the root in which the one package of a project often lies.
SOURCE_FOLDERS = ("src", "python", "lib")

_SECTION = pattern(r"^\[(?P<name>[^\]\n]+)\][ \t]*(?:#.*)?$", re.MULTILINE)
_FIELD = r"^[ \t]*{name}[ \t]*[=:][ \t]*(?P<quote>['\"]?)(?P<value>[^'\"\n#]+?)(?P=quote)[ \t]*(?:[#,].*)?$"
_NAME = pattern(_FIELD.format(name="name"), re.MULTILINE)
_VERSION = pattern(_FIELD.format(name="version"), re.MULTILINE)
_SETUP_NAME = pattern(r"\bname[ \t]*=[ \t]*['\"]([^'\"\n]+)['\"]")
_SETUP_VERSION = pattern(r"\bversion[ \t]*=[ \t]*['\"]([^'\"\n]+)['\"]")
_PACKAGE_NAME = pattern(r"^PACKAGE_NAME[ \t]*=[ \t]*['\"]([^'\"\n]+)['\"]", re.MULTILINE)
_STATED = pattern(r"^Name:[ \t]*(\S+)[ \t]*$", re.MULTILINE)
_STATED_VERSION = pattern(r"^Version:[ \t]*(\S+)[ \t]*$", re.MULTILINE)
_WRITTEN = pattern(
    r"^(?:__version__|version|VERSION)[ \t]*(?::[ \t]*\w+[ \t]*)?(?:=[ \t]*\w+[ \t]*)?=[ \t]*['\"]([^'\"\n]+)['\"]",
    re.MULTILINE,
)
_CMAKE = pattern(r"^[ \t]*project[ \t]*\([ \t\r\n]*\"?([\w.+-]+)\"?(?:[^)]*?\bVERSION[ \t\r\n]+([\w.]+))?", re.M | re.I)
_PLAUSIBLE = pattern(r"[A-Za-z0-9](?:[\w.+ -]{0,62}[A-Za-z0-9+])?")
_VERSION_FILES = ("_version.py", "version.py", "__version__.py", "__about__.py", "__init__.py")


def project_of(root: Path) -> str:
    """Its name as its own metadata says it; a name that cannot be shown on one line is none."""
    for name in _names(root):
        if _PLAUSIBLE.fullmatch(name):
            return name
    own = "".join(one for one in root.name if one.isprintable()).strip()
    return own[:64] or "this tree"


def release_of_project(root: Path, *, clone: bool) -> tuple[str, tuple[str, ...]]:
    """The release and hints about how sure it is, as `identity.release_of` has it for vLLM."""
    why_not = "nothing in it says: no PKG-INFO, no version in its pyproject.toml, setup.py or package"
    if clone:
        release, why_not = last_tag(root)
        if release:
            return release, ()
    for version in _versions(root):
        # A version that is worked out when the package is built is written down as a stand-in.
        if is_release(version) and version not in ("0.0.0", "0.0", "0.1.dev0"):
            hint = f"release {version} is what its files say, which may be stale: {why_not}"
            return version, (hint,) if clone else ()
    return UNKNOWN, (f"the release is unknown: {why_not}",)


def _names(root: Path) -> Iterator[str]:
    yield from _STATED.findall(_metadata(root))[:1]
    pyproject = head(root / "pyproject.toml")
    for section in ("project", "tool.poetry"):
        yield from (found["value"] for found in _fields(_NAME, pyproject, section))
    yield from (found["value"] for found in _fields(_NAME, head(root / "setup.cfg"), "metadata"))
    setup = head(root / "setup.py")
    yield from _PACKAGE_NAME.findall(setup)[:1]
    # `name=` is also an argument of every extension: only that of `setup(` is the project's.
    yield from _SETUP_NAME.findall(setup[setup.rfind("\nsetup(") :] if "\nsetup(" in setup else "")[:1]
    yield from (found[1] for found in _CMAKE.finditer(head(root / "CMakeLists.txt")))


def _versions(root: Path) -> Iterator[str]:
    yield from _STATED_VERSION.findall(_metadata(root))[:1]
    pyproject = head(root / "pyproject.toml")
    for section in ("project", "tool.poetry"):
        yield from (found["value"] for found in _fields(_VERSION, pyproject, section))
    yield from (found["value"] for found in _fields(_VERSION, head(root / "setup.cfg"), "metadata"))
    setup = head(root / "setup.py")
    yield from _SETUP_VERSION.findall(setup[setup.rfind("\nsetup(") :] if "\nsetup(" in setup else "")[:1]
    for folder in _packages(root):
        for name in _VERSION_FILES:
            yield from _WRITTEN.findall(head(folder / name))[:1]
    yield from (found[2] for found in _CMAKE.finditer(head(root / "CMakeLists.txt")) if found[2])


def _metadata(root: Path) -> str:
    """The head of PKG-INFO, without the description behind it."""
    return head(root / "PKG-INFO").partition("\n\n")[0]


def _fields(field: re.Pattern[str], text: str, section: str) -> Iterator[re.Match[str]]:
    """In one section of an INI or TOML file."""
    starts = list(_SECTION.finditer(text))
    for number, one in enumerate(starts):
        if one["name"].strip() == section:
            end = starts[number + 1].start() if number + 1 < len(starts) else len(text)
            yield from list(field.finditer(text[one.end() : end]))[:1]


def _packages(root: Path) -> Iterator[Path]:
    """The folders that may hold the one package: the project's own name first."""
    own = project_of(root).replace("-", "_").lower()
    for base in (root, *(root / name for name in SOURCE_FOLDERS)):
        yield from (base / name for name in dict.fromkeys((own, project_of(root))) if (base / name).is_dir())
    yield root
