"""The texts that were read, deflated, each once; how many, and when one is dropped."""

from __future__ import annotations

import sqlite3
import zlib
from hashlib import sha256

from reader.value import frozen

LARGEST = 1_000_000  # characters of one text: a file of vLLM has 400,000 at most
ROOM = 16 * 1024 * 1024  # bytes of all texts, deflated; 500 stops take one to two
GLANCED = 30 * 24 * 3600  # seconds for which a text stays that was shown and not marked


@frozen
class Keeping:
    """What the texts take, in bytes, and what they may take."""

    texts: int
    size: int
    room: int = ROOM


def keep(db: sqlite3.Connection, text: str | None, now: float) -> str | None:
    """The key of the text; None for one that is too large to be kept."""
    if text is None or len(text) > LARGEST:
        return None
    raw = text.encode("utf-8", "surrogatepass")
    key = sha256(raw).hexdigest()[:32]
    if db.execute("UPDATE texts SET at = max(at, ?) WHERE key = ?", (now, key)).rowcount == 0:
        db.execute("INSERT INTO texts VALUES (?, ?, ?)", (key, zlib.compress(raw), now))
    return key


def sweep(db: sqlite3.Connection, now: float) -> None:
    """Drops what nobody needs, and when the room is used up the texts that were kept first."""
    db.execute(
        "DELETE FROM texts WHERE at < ? AND key NOT IN (SELECT kept FROM marks WHERE kept IS NOT NULL)"
        " AND key NOT IN (SELECT kept FROM files WHERE kept IS NOT NULL)",
        (now - GLANCED,),
    )
    over = db.execute("SELECT total(length(text)) FROM texts").fetchone()[0] - ROOM
    if over > 0:
        for key, size in db.execute("SELECT key, length(text) FROM texts ORDER BY at, key").fetchall():
            db.execute("DELETE FROM texts WHERE key = ?", (key,))
            over -= size
            if over <= 0:
                return


def unpacked(blob: bytes) -> str | None:
    """None where the bytes are not what `keep` wrote."""
    inflater = zlib.decompressobj()
    try:
        raw = inflater.decompress(blob, 4 * LARGEST)
        return raw.decode("utf-8", "surrogatepass") if inflater.eof else None
    except (zlib.error, UnicodeDecodeError):
        return None
