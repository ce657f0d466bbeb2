"""The colours of a picture, by day and by night, as CSS that holds within one SVG only."""

from __future__ import annotations

from collections.abc import Mapping

from reader.value import frozen

NAME_FONT = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace"
TEXT_FONT = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'DejaVu Sans',sans-serif"


@frozen
class Palette:
    """`nodes` and `bands` are (ground, border); `edges` one colour each."""

    paper: str
    ink: str
    faint: str
    nodes: Mapping[str, tuple[str, str]]
    bands: Mapping[str, tuple[str, str]]
    edges: Mapping[str, str]


DAY = Palette(
    "#ffffff",
    "#1b1f24",
    "#57606a",
    {
        "class": ("#eef4ff", "#5b8def"),
        "function": ("#f4f6f8", "#8894a3"),
        "stop": ("#ffffff", "#8894a3"),
        "operation": ("#fff6e0", "#d29a1d"),
        "macro": ("#f7f0ff", "#9a6dd7"),
        "launch": ("#fff0ea", "#e0703a"),
        "kernel": ("#e9f8ee", "#2f9e58"),
        "fold": ("#ffffff", "#a9b2bc"),
        "end": ("#f6f6f6", "#a9b2bc"),
    },
    {
        "blue": ("#edf4ff", "#2f6fd6"),
        "violet": ("#f5f0ff", "#7d4fd0"),
        "green": ("#ebf8ef", "#22863f"),
        "amber": ("#fff5e1", "#a86a00"),
        "grey": ("#f3f4f6", "#57606a"),
    },
    {
        "call": "#5a6673",
        "inherits": "#5b7fc4",
        "launch": "#d9622b",
        "message": "#b3359b",
        "return": "#2c8a8f",
        "dispatch": "#a97a10",
    },
)
NIGHT = Palette(
    "#0f1419",
    "#e6edf3",
    "#9aa6b2",
    {
        "class": ("#16243d", "#5b8def"),
        "function": ("#1c232b", "#728090"),
        "stop": ("#171d24", "#728090"),
        "operation": ("#33270c", "#d0a13a"),
        "macro": ("#281c3b", "#a47fe0"),
        "launch": ("#3a2016", "#e8834f"),
        "kernel": ("#12301d", "#45b573"),
        "fold": ("#0f1419", "#5b6672"),
        "end": ("#161b21", "#5b6672"),
    },
    {
        "blue": ("#101c2e", "#7fb0ff"),
        "violet": ("#1b1530", "#bb9bff"),
        "green": ("#0f2117", "#6fd08f"),
        "amber": ("#271c08", "#e8b64a"),
        "grey": ("#161b21", "#9aa6b2"),
    },
    {
        "call": "#9aa7b5",
        "inherits": "#86aef5",
        "launch": "#f08a58",
        "message": "#ec7fd6",
        "return": "#5cc5ca",
        "dispatch": "#dcb252",
    },
)
HUES = ("blue", "violet", "green", "amber", "grey")
_GROUND = {"frontend": "blue", "engine-core": "violet", "worker": "green", "gpu": "amber", "build": "grey"}


def hue(group: str, index: int) -> str:
    """A process has the same colour in every picture."""
    return _GROUND.get(group) or HUES[index % len(HUES)]


def style(scope: str) -> str:
    """`scope` is the id of the SVG: inside a page its rules must not reach anything else."""
    night = ["@media (prefers-color-scheme:dark){", *colours(f"#{scope}", NIGHT), "}"]
    return "\n".join([*shapes(f"#{scope}"), *colours(f"#{scope}", DAY), *night])


def shapes(scope: str) -> list[str]:
    """Rules below the selector `scope`, whatever the colours."""
    return [
        f"{scope}{{max-width:100%;height:auto}}",
        f"{scope} text{{font-family:{TEXT_FONT}}}",
        f"{scope} .name{{font:600 12px {NAME_FONT}}}",
        f"{scope} .small,{scope} .label{{font-size:10.5px}}",
        f"{scope} .count{{font-size:9px}}",
        f"{scope} .band{{font-size:13px;font-weight:600}}",
        f"{scope} .head{{font-size:17px;font-weight:600}}",
        f"{scope} .line{{fill:none;stroke-width:1.4}}",
        f"{scope} .line.message,{scope} .line.launch{{stroke-width:2}}",
        f"{scope} .line.return{{stroke-dasharray:7 3}}",
        f"{scope} .line.perhaps{{stroke-dasharray:2 3}}",
        f"{scope} .box{{stroke-width:1.2}}",
        f"{scope} .root .box{{stroke-width:2.6}}",
        f"{scope} .abstract .name{{font-style:italic}}",
        f"{scope} .perhaps .box,{scope} .fold .box,{scope} .gone .box{{stroke-dasharray:3 3}}",
        f"{scope} .legacy .box{{stroke-dasharray:8 3}}",
    ]


def colours(scope: str, palette: Palette) -> list[str]:
    rules = [
        f"{scope} .paper{{fill:{palette.paper}}}",
        f"{scope} text{{fill:{palette.ink}}}",
        f"{scope} .small,{scope} .count,{scope} .note{{fill:{palette.faint}}}",
        f"{scope} .pill{{fill:{palette.paper}}}",
    ]
    for kind, (ground, border) in palette.nodes.items():
        rules.append(f"{scope} .{kind} .box{{fill:{ground};stroke:{border}}}")
    for name, (ground, ink) in palette.bands.items():
        rules += [f"{scope} .ground.{name}{{fill:{ground}}}", f"{scope} .band.{name}{{fill:{ink}}}"]
    for kind, color in palette.edges.items():
        rules += [
            f"{scope} .line.{kind}{{stroke:{color}}}",
            f"{scope} .tip.{kind}{{fill:{color};stroke:{color}}}",
            f"{scope} .label.{kind}{{fill:{color}}}",
        ]
    rules.append(f"{scope} .tip.inherits{{fill:{palette.paper}}}")
    return rules
