"""Markdown of a stranger's tour as prose of ours: everything that CodeTour would run, open or fetch comes in as text.

Prose of ours is a small part of Markdown (see reader.prose); what is not of that part is said with it or stays as it
stands. Bounded: no expression here takes more than a few hundred characters at a time.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator

from reader.codetour.descriptions import NOTHING
from reader.prose import is_safe

Steps = Callable[[int], str | None]  # what the step of a number is called here; None where there is none

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}#{1,6}\s+(.*?)\s*#*\s*$|#+([^\s#].*)$")
_RULER = re.compile(r" {0,3}([-*_])(?: *\1){2,} *$")
_UNDER = re.compile(r" {0,3}(=+|-{3,}) *$")
_SHELL = re.compile(r">>\s+(.*)$")
_ALERT = re.compile(r"\[!(\w+)\]\s*$")
_NUMBER = re.compile(r"^( *\d+)\) ")
_IN_LINK = r"(?P<{0}>(?:[^\[\]\\\n]|\\.|\[[^\]\n]{{0,200}}\]){{0,400}})"
_TARGET = r"\(\s*(?P<{0}><[^<>\n]{{0,2000}}>|[^()\s]{{0,2000}}(?:\([^()\s]{{0,500}}\)[^()\s]{{0,500}}){{0,3}})"
_TITLE = r"(?:\s+(?:\"[^\"\n]{0,500}\"|'[^'\n]{0,500}'))?\s*\)"
_INLINE = re.compile(
    r"(?P<ticks>`+)(?P<code>.{0,4000}?[^`])(?P=ticks)(?!`)"
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|!\[" + _IN_LINK.format("alt") + r"\]" + _TARGET.format("image") + _TITLE
    + r"|\[" + _IN_LINK.format("does") + r"\]\(command:(?P<command>[\w.+-]+)"
    r"(?:\?(?:\[[^\n]{0,2000}?\]|[^)\n]{0,2000}))?" + _TITLE
    + r"|\[" + _IN_LINK.format("link") + r"\]" + _TARGET.format("target") + _TITLE
    + r"|(?:\[(?P<to>[^\[\]\n]{1,300})\])?\[(?P<tour>[^\[\]#\n]{0,300})#(?P<step>\d{1,6})\](?!\()"
    r"|<(?P<auto>(?:https?|mailto):[^<>\s]{1,2000})>"
    r"|\*\*\*?(?=\S)(?P<bold>(?:[^*\\\n]|\\.|\*(?!\*)){1,1000}?)(?<=\S)\*\*\*?"
    r"|(?<!\w)__(?=\S)(?P<under>(?:[^_\\\n]|\\.|_(?!_)){1,1000}?)(?<=\S)__(?!\w)"
    r"|(?<![\w*])(?P<weak>\*|_)(?=\S)(?P<em>[^*_\n]{1,1000}?)(?<=\S)(?P=weak)(?![\w*])"
    r"|~~(?P<struck>[^~\n]{1,1000})~~"
    r"|(?P<entity>&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|\w{2,31});)",
    re.DOTALL,
)  # fmt: skip


def title_in(description: str) -> tuple[str | None, str]:
    """The heading that a description starts with, which the player takes for its title, and what stands behind it."""
    head, _, rest = description.strip().partition("\n")
    found = re.match(r"#+\s*(.*)", head)
    return (plain(found[1].rstrip("# ")) or None, rest) if found else (None, description)


def plain(text: str) -> str:
    """Of one line, as it would be read."""
    return " ".join(re.sub(r"`|\*\*", "", inline(" ".join(text.split()), lambda _: None)).split())


def prose(text: str, steps: Steps = lambda _: None) -> str:
    """Raises nothing: what cannot be read as Markdown stays as it is."""
    parts: list[str] = []
    for line in _lines(text.expandtabs(4).split("\n"), steps):
        if line or (parts and parts[-1]):
            parts.append(line)
    return "\n".join(parts).strip("\n")


def _lines(lines: list[str], steps: Steps) -> Iterator[str]:
    at = 0
    while at < len(lines):
        if found := _FENCE.match(lines[at]):
            end = next((to for to in range(at + 1, len(lines)) if _closes(lines[to], found[1])), len(lines))
            yield from _fence(lines[at + 1 : end])
            at = end + 1
        elif _is_table(lines, at):
            end = next((to for to in range(at, len(lines)) if "|" not in lines[to]), len(lines))
            yield from _fence(lines[at:end])
            at = end
        else:
            under = lines[at + 1] if at + 1 < len(lines) else ""
            if lines[at].strip() and _UNDER.match(under) and not re.match(r"\s*[-*+>#]|\s*\d+[.)]", lines[at]):
                yield from ("", _bold(lines[at]), "")
                at += 1
            else:
                yield from _line(lines[at], steps)
            at += 1


def _closes(line: str, fence: str) -> bool:
    return line.strip().startswith(fence) and not line.strip().strip(fence[0])


def _fence(lines: Iterable[str]) -> Iterator[str]:
    """A fence within it would end it."""
    yield from ("", "```", *(line.replace(NOTHING, "").replace("```", "'''") for line in lines), "```", "")


def _is_table(lines: list[str], at: int) -> bool:
    under = lines[at + 1].strip() if at + 1 < len(lines) else ""
    return "|" in lines[at] and "|" in under and "-" in under and not under.strip("|-: ")


def _line(line: str, steps: Steps) -> Iterator[str]:
    if found := _SHELL.match(line):
        command = found[1].strip().replace("`", "'")
        yield from ("", f"To be run in a terminal: `{command}`", "")
        return
    quoted = re.sub(r"^ {0,3}(?:> ?)+", "", line)
    if found := _ALERT.match(quoted):
        yield from ("", f"**{found[1].capitalize()}.**", "")
    elif found := _HEADING.match(quoted):
        yield from ("", _bold(found[1] or found[2] or ""), "")
    elif _RULER.match(quoted):
        yield ""
    else:
        broken = quoted.endswith("  ") or (quoted.endswith("\\") and not quoted.endswith("\\\\"))
        said = _NUMBER.sub(r"\1. ", quoted.rstrip("\\") if broken else quoted, count=1)
        for piece in re.split(r"<br ?/?>", said, flags=re.IGNORECASE):
            yield inline(piece.rstrip(), steps)
            if broken or piece is not said:
                yield ""


def _bold(text: str) -> str:
    said = plain(text.strip()).replace("*", "∗")
    return f"**{said}**" if said else ""


def inline(text: str, steps: Steps) -> str:
    made, done = "", 0
    for found in _INLINE.finditer(text):
        made += text[done : found.start()] + _said(found, steps)
        done = found.end()
    return made + text[done:]


def _said(found: re.Match[str], steps: Steps) -> str:
    if found["code"] is not None:
        return _code(found["code"])
    if found["escaped"]:
        return found["escaped"]
    if found["image"] is not None:
        return _link(f"image: {plain(found['alt'])}" if found["alt"].strip() else "image", found["image"])
    if found["command"]:
        return f"{inline(found['does'], steps)} (a command of the editor, `{found['command']}`)"
    if found["target"] is not None:
        return _link(inline(found["link"], steps), found["target"])
    if found["step"]:
        return _to_step(found, steps)
    if found["bold"] or found["under"]:
        return _strong(found["bold"] or found["under"])
    if found["entity"]:
        return html.unescape(found["entity"])
    return found["auto"] or inline(found["em"] or found["struck"] or "", steps)


def _code(text: str) -> str:
    said = " ".join(text.replace(NOTHING, "").split("\n")).replace("`", "'")
    stripped = said[1:-1] if said[:1] == said[-1:] == " " and said.strip() else said
    return f"`{stripped}`"


def _strong(text: str) -> str:
    """Code in bold is code; ours has no bold that holds any."""
    if re.fullmatch(r"`[^`]+`", text):
        return text
    said = _INLINE.sub(
        lambda found: _code(found["code"])[1:-1] if found["code"] else _said(found, lambda _: None), text
    )
    return f"**{said.replace('*', '∗')}**" if said.strip() else ""


def _link(text: str, target: str) -> str:
    """One that may be followed stays one; of a path in the checkout, or of what an editor would run, the words do."""
    target = target.strip("<>")
    if is_safe(target) and not target.startswith("#") and "[" not in text and "]" not in text:
        return f"[{text}]({re.sub(r'[()]', lambda found: f'%{ord(found[0]):02X}', target)})"
    shown = target.removeprefix("./").replace("`", "'")
    if not shown or target.startswith("#"):
        return text
    return f"`{shown}`" if text.strip("`") in (target, shown) else f"{text} (`{shown}`)"


def _to_step(found: re.Match[str], steps: Steps) -> str:
    tour, number, text = (found["tour"] or "").strip(), int(found["step"]), found["to"]
    title = None if tour else steps(number)
    place = f"“{title}”" if title else f"step {number}" + (f" of “{tour}”" if tour else "")
    return f"{plain(text)} ({place})" if text else place
