"""The study plan beside what was read: items, check lists, forecast, sittings, questions, journal.

Brings plan, tours and progress together into plain values, as `guide` does for a tour; never looks at a checkout. Each
command imports the module that it needs: none of this is on the way to a page turn. The only fsrs.
"""
