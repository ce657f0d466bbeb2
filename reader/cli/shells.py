"""The scripts for bash, zsh and fish, and what goes to and fro between them and `completing`.

bash breaks words at colons before it asks, and replaces only what stands behind the last one: so it hands over the
line, and gets what is to stand behind that colon. zsh and fish hand over words and get words.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from reader.value import frozen

NAMES = ("bash", "zsh", "fish")

_BASH = r"""
_reader_completion() {
    local value line="${COMP_LINE:0:$COMP_POINT}"
    COMPREPLY=()
    while IFS= read -r value; do
        COMPREPLY+=("$value")
    done < <(_READER_COMPLETE=bash_complete @PROGRAM@ "$line" "$COMP_WORDBREAKS" 2>/dev/null </dev/null)
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[/:=.] ]] && compopt -o nospace 2>/dev/null
    return 0
}
complete -o nosort -F _reader_completion reader 2>/dev/null || complete -F _reader_completion reader
"""

_ZSH = r"""
_reader_completion() {
    local line value
    local -a values shown open open_shown
    local -a before=("${(@Q)words[2,CURRENT-1]}")
    for line in "${(@f)$(_READER_COMPLETE=zsh_complete @PROGRAM@ "$before[@]" "${(Q)PREFIX}" 2>/dev/null </dev/null)}"
    do
        [[ -z $line ]] && continue
        value=${line%%$'\t'*}
        if [[ $value == *[/:=.] ]]; then
            open+=("$value") open_shown+=("${line/$'\t'/  -- }")
        else
            values+=("$value") shown+=("${line/$'\t'/  -- }")
        fi
    done
    (( ${#values} )) && compadd -l -d shown -V reader -- "${values[@]}"
    (( ${#open} )) && compadd -l -d open_shown -V reader-open -S '' -- "${open[@]}"
    return 0
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
compdef _reader_completion reader
"""

_FISH = r"""
function _reader_completion
    set -l words (commandline -opc) (commandline -ct | string unescape)
    _READER_COMPLETE=fish_complete @PROGRAM@ $words[2..-1] 2>/dev/null </dev/null
end
complete -c reader -e
complete -c reader -f -k -a '(_reader_completion)'
"""

_SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./~_-")


@frozen
class Asked:
    """The words before the one at the cursor, and that one as far as it stands. `kept` is how much of it bash leaves
    as it is; `quoted` whether it stands in quotation marks."""

    words: tuple[str, ...]
    incomplete: str
    kept: int = 0
    quoted: bool = False


def script(shell: str) -> str:
    return _SCRIPTS[shell].lstrip("\n").replace("@PROGRAM@", _program())


def _program() -> str:
    """The program that prints the script, whatever lies in the folder in which Tab is pressed."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py" or not called.exists():
        return shlex.join([sys.executable, "-P", "-m", "reader"])
    return shlex.quote(str(called.absolute()))


def asked(shell: str, words: Sequence[str]) -> Asked:
    if shell == "bash":
        line, breaks = words
        return _of_line(line, breaks)
    *before, incomplete = words or ("",)
    return Asked(tuple(before), incomplete)


def answer(shell: str, found: Sequence[tuple[str, str]], asked: Asked) -> str:
    if shell == "bash":
        values = (value[asked.kept :] for value, _ in found)
        return "".join(f"{value if asked.quoted else _quoted(value)}\n" for value in values)
    return "".join(f"{value}\t{said}\n" if said else f"{value}\n" for value, said in found)


def _of_line(line: str, breaks: str) -> Asked:
    """As bash splits it, up to the cursor; nothing in it is expanded."""
    words: list[str] = []
    word, begun, quote, escaped = "", False, "", False
    for char in line:
        if escaped:
            word, escaped = word + char, False
        elif char == "\\" and quote != "'":
            begun = escaped = True
        elif quote:
            quote, word = ("", word) if char == quote else (quote, word + char)
        elif char in "\"'":
            begun, quote = True, char
        elif char in " \t\n":
            words, word, begun = ([*words, word] if begun else words), "", False
        else:
            word, begun = word + char, True
    kept = 0 if quote else max((word.rfind(char) + 1 for char in breaks if char in ":="), default=0)
    return Asked(tuple(words[1:]), word, kept, bool(quote))


def _quoted(value: str) -> str:
    return "".join(char if char in _PLAIN or ord(char) > 127 else f"\\{char}" for char in value)
