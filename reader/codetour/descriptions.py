"""Prose of a tour as Markdown for CodeTour, where nothing of it becomes a command, a link to a step or a file by
accident.

The player replaces texts in a description before it is read as Markdown, code included, and trusts what comes out: a
line of `>> command`, `[#2]`, `[Title]`, `](./path)`, `(command:id?[...])`, a fence of three back quotes with a
language. A backslash keeps each of them apart in prose; in code, where it would show, a character of no width does.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from reader.prose import Block, blocks, inline

NOTHING = "\u200b"  # of no width
RULE = "\n\n---\n\n"

_PROSE = re.compile(r"[\\`*<\[]|\](?:\()?|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|~(?=~)|(?<=~)~|&(?=#?\w+;)")
_START = re.compile(r"(?:[#>+=|-]|\d+(?=[.)])|(?=~))")
_CODE = re.compile(r"\((?=command:)|\[(?=\s*#\d+\])|\](?=\(\.)")
_TITLE_SIGNS = str.maketrans({"`": None, "\\": "\u29f5", "<": "\u2039", "*": "\u2217", "\n": " ", "\t": " "})


def markdown(text: str, titles: Collection[str] = ()) -> str:
    """`titles` are those of the tours that the player would take `[Title]` for a link to."""
    parts: list[str] = []
    code: list[str] = []
    for block in [*blocks(text), Block("paragraph")]:
        if block.kind == "code" or (block.kind == "gap" and code):
            code.append(block.text)
            continue
        if code:
            parts.append(_fenced(code, titles))
            code = []
        if block.kind != "gap" and block.text:
            _add(parts, block, titles)
    return "\n\n".join(parts)


def _add(parts: list[str], block: Block, titles: Collection[str]) -> None:
    """Items of one list stay together."""
    said = block.lead + _started(_inline(block.text, titles))
    if block.kind == "item" and parts and _is_item(parts[-1]):
        parts[-1] += "\n" + said
    else:
        parts.append(said)


def _is_item(part: str) -> bool:
    return re.match(r" *(?:[-*+]|\d+\.) ", part) is not None


def _fenced(lines: list[str], titles: Collection[str]) -> str:
    while lines and not lines[-1]:
        lines.pop()
    fence = "~~~"
    while any(line.lstrip().startswith(fence) for line in lines):
        fence += "~"
    safe = _code("\n".join(lines), titles).split("\n")
    return "\n".join([fence, *(NOTHING + line if line.startswith(">>") else line for line in safe), fence])


def _inline(text: str, titles: Collection[str]) -> str:
    made = ""
    for piece in inline(text):
        if piece.kind == "code":
            made += f"`{_code(piece.text, titles)}`"
        elif piece.kind == "bold":
            made += f"**{_escaped(piece.text)}**"
        elif piece.href is not None:
            made += f"[{_inline(piece.text, titles)}]({re.sub(r'[(<>]', _percent, piece.href)})"
        elif piece.kind == "link":
            made += _escaped(f"[{piece.text}]({piece.target})")
        else:
            made += _escaped(piece.text)
    return made


def _percent(found: re.Match[str]) -> str:
    return f"%{ord(found[0]):02X}"


def _escaped(text: str) -> str:
    return _PROSE.sub(lambda found: "".join(f"\\{char}" for char in found[0]), text)


def _started(text: str) -> str:
    """What would make a line a heading, a quotation, a list or a rule where it stands first."""
    found = _START.match(text)
    return f"{found[0]}\\{text[found.end() :]}" if found and found[0].isdigit() else "\\" * bool(found) + text


def _code(text: str, titles: Collection[str]) -> str:
    text = _CODE.sub(lambda found: found[0] + NOTHING, text)
    for title in titles:
        text = text.replace(f"[{title}]", f"[{NOTHING}{title}]").replace(f"[{title}#", f"[{NOTHING}{title}#")
    return text


def code(text: str) -> str:
    """A path or a name as code, whatever it holds."""
    return "`" + _code(text.replace("`", "'").replace("\n", " "), ()) + "`"


def items(texts: Iterable[str]) -> str:
    return "\n".join(f"- {text}" for text in texts)


def label(title: str) -> str:
    """A title of a step as plain text: the player puts it between square brackets, where a bracket or a back quote of
    its own would break the way to the next step."""
    plain = title.translate(_TITLE_SIGNS)
    if not _balanced(plain):
        plain = plain.replace("[", "(").replace("]", ")")
    return re.sub(r"\[(?=\s*#\d+\])", "[" + NOTHING, plain).strip()


def _balanced(text: str) -> bool:
    depth = 0
    for char in text:
        depth += (char == "[") - (char == "]")
        if depth < 0:
            return False
    return depth == 0
