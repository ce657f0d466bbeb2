"""When the tours and the plan will be finished at the reader's own pace, or that it is too early to tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal

from reader.study.desk import Desk
from reader.study.weeks import weeks

LEAST_STOPS = 5
LEAST_DAYS = 3  # calendar days from the first mark to today, both counted: before that a day off halves the pace
FARTHEST = 3650  # days; a date beyond them would be a joke

State = Literal["nothing", "early", "pace", "done"]


@dataclass(frozen=True, slots=True)
class Forecast:
    """Minutes are the tours' own for their stops, planned days the middle of the plan's ranges, shared out evenly among
    the items of a section. `days` are calendar days since the first mark, both ends counted. The two dates are None
    where nothing can be said, and where there is nothing left."""

    state: State
    stops_read: int
    stops_left: int
    minutes_read: int
    minutes_left: int
    plan_days_done: float
    plan_days: float
    days: int
    seconds: float
    tours_end: date | None
    plan_end: date | None

    @property
    def sentences(self) -> tuple[str, ...]:
        """What there is to say, one thing each."""
        if self.state == "nothing":
            return ("No stop is read yet, so there is no pace to tell an end from.",)
        if self.state == "done":
            return ("All stops of all tours are read.", *self._plan())
        if self.state == "early":
            stops = "one stop" if self.stops_read == 1 else f"{self.stops_read} stops"
            return (
                f"Too little read yet to tell an end: {stops} in {_days(self.days)}; "
                f"it takes {LEAST_STOPS} stops and {LEAST_DAYS} days.",
            )
        a_day, spent = self.minutes_read / self.days, self.seconds / 60 / self.days
        return (
            f"Pace so far: {self.stops_read} stops in {_days(self.days)}; {a_day:.0f} of the tours' minutes a day, "
            f"for which {spent:.0f} were spent.",
            f"At this pace the last of the other {self.stops_left} stops is read {_when(self.tours_end)}.",
            *self._plan(),
        )

    def _plan(self) -> tuple[str, ...]:
        if self.plan_days_done >= self.plan_days:
            return ("All items of the plan are done.",)
        share = f"{round(self.plan_days_done, 1):g} of {round(self.plan_days, 1):g} planned days"
        if self.state == "pace" and self.plan_days_done:
            return (f"At this pace the plan ends {_when(self.plan_end)}; {share} are done.",)
        return (f"Of the plan {share} are done: too little to tell its end.",)


def forecast(desk: Desk, now: float, zone: tzinfo | None = None) -> Forecast:
    """`now` in seconds since 1970; `zone` tells where a day ends, None is the machine's own."""
    read = [one for one in desk.stops if one.read]
    left = [one for one in desk.stops if not one.read]
    today = datetime.fromtimestamp(now, zone).date()
    keys = {one.key for one in read}
    first = min((mark.at for mark in desk.marks if (mark.tour, mark.stop) in keys), default=now)
    days = max((today - datetime.fromtimestamp(first, zone).date()).days, 0) + 1
    minutes_read, minutes_left = (sum(one.stop.minutes for one in some) for some in (read, left))
    done, planned = _plan_days(desk)
    state = _state(len(read), len(left), days)
    telling = state == "pace"
    return Forecast(
        state=state,
        stops_read=len(read),
        stops_left=len(left),
        minutes_read=minutes_read,
        minutes_left=minutes_left,
        plan_days_done=done,
        plan_days=planned,
        days=days,
        seconds=sum(desk.seconds.values()),
        tours_end=_end(today, minutes_left, minutes_read / days) if telling else None,
        plan_end=_end(today, planned - done, done / days) if telling else None,
    )


def _state(read: int, left: int, days: int) -> State:
    if not read:
        return "nothing"
    if not left:
        return "done"
    return "early" if read < LEAST_STOPS or days < LEAST_DAYS else "pace"


def _plan_days(desk: Desk) -> tuple[float, float]:
    """Done, and in all."""
    done = planned = 0.0
    for section in (section for week in weeks(desk) for section in week.sections):
        days = sum(section.section.days) / 2
        planned += days
        done += days * sum(item.done for item in section.items) / max(len(section.items), 1)
    return done, planned


def _end(today: date, left: float, a_day: float) -> date | None:
    """The day on which the last of it is done."""
    if left <= 0 or a_day <= 0 or left / a_day > FARTHEST:
        return None
    return today + timedelta(days=-int(-left // a_day))


def _when(end: date | None) -> str:
    return f"on {end:%Y-%m-%d}" if end else "in more than ten years"


def _days(days: int) -> str:
    return "one day" if days == 1 else f"{days} days"
