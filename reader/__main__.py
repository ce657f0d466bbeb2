"""`python -m reader` and the `reader` command."""

from __future__ import annotations


def main() -> None:
    from reader.cli import run

    run()


if __name__ == "__main__":
    main()
