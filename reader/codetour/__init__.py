"""To and from the `.tour` files of VS Code's CodeTour.

Out: every line is found again by a pattern that is proven to hit it first, so that the tour plays on a checkout whose
lines have moved. In: what a stranger wrote, lifted from line numbers to symbols and fragments of text; nothing in it is
executed, and what could not be lifted is listed. Writes no file itself.
"""
