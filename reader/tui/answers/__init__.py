"""Questions that are asked while reading, and their answers: plain values for panels to show.

Each function here says what is asked, in words, and how it is answered; nothing is looked into before somebody asks the
`Workshop`. Owns no rule about the code: `calls` tells who calls what, `inference` what a name means, and the words are
those of the commands. Refuses to draw, and to touch the progress from another thread than its own.
"""

from reader.tui.answers.values import Answer, Entry, Group, Place, Question, Spot
from reader.tui.answers.workshop import Workshop

__all__ = ["Answer", "Entry", "Group", "Place", "Question", "Spot", "Workshop"]
