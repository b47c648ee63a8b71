"""Times that come again, as cron writes them: five fields for minute, hour, day, month and weekday.

Answers "is this a time that comes" and "when next". Prefect starts the runs; here settings are refused before that, and
a person is told when the next run is, without loading Prefect.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

_ITEM = re.compile(r"^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?$")
_FIELDS = {"minute": (0, 59), "hour": (0, 23), "day": (1, 31), "month": (1, 12), "weekday": (0, 7)}
# A day that comes at all comes within eight years: 29 February skips one leap year at the turn of most centuries.
_DAYS_AHEAD = 8 * 366 + 1


@dataclass(frozen=True)
class Cron:
    """A time that comes again. Sunday is weekday 0, and 7 as well."""

    text: str
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    @classmethod
    def parse(cls, text: str) -> Cron:
        """Read five fields of numbers, ranges, lists, steps and `*`.

        Raises:
            ValueError: the text is something else, or names a day that never comes.
        """
        fields = text.split()
        if len(fields) != len(_FIELDS):
            raise ValueError("it needs five fields: minute, hour, day of the month, month, day of the week")
        minutes, hours, days, months, weekdays = (
            _numbers(field, name) for field, name in zip(fields, _FIELDS, strict=True)
        )
        cron = cls(" ".join(fields), minutes, hours, days, months, frozenset(day % 7 for day in weekdays))
        if cron.next_after(datetime(2000, 1, 1)) is None:
            raise ValueError("no month has such a day")
        return cron

    def next_after(self, moment: datetime) -> datetime | None:
        """Give the first time after a moment, in the moment's own zone; None if there is none.

        >>> Cron.parse("0 7 8 1,4,7,10 *").next_after(datetime(2026, 11, 28))
        datetime.datetime(2027, 1, 8, 7, 0)
        """
        times = [time(hour, minute) for hour in sorted(self.hours) for minute in sorted(self.minutes)]
        for ahead in range(_DAYS_AHEAD):
            day = moment.date() + timedelta(days=ahead)
            if self._holds(day):
                for each in times:
                    found = datetime.combine(day, each, tzinfo=moment.tzinfo)
                    if found > moment:
                        return found
        return None

    def _holds(self, day: date) -> bool:
        """Tell whether a day is meant. Where day and weekday are both named, one of them is enough, as cron has it."""
        if day.month not in self.months:
            return False
        any_day, any_weekday = (self.text.split()[place] == "*" for place in (2, 4))
        is_day, is_weekday = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return (is_day and is_weekday) if any_day or any_weekday else (is_day or is_weekday)


def _numbers(field: str, name: str) -> frozenset[int]:
    least, most = _FIELDS[name]
    found: set[int] = set()
    for item in field.split(","):
        match = _ITEM.fullmatch(item)
        if not match:
            raise ValueError(f"the {name} must be made of numbers, ranges such as 1-5, lists, steps such as */15, or *")
        first, last, step = (int(text) if text else None for text in match.groups())
        begin = least if first is None else first
        # A step after one number goes on to the end, as after `*`.
        end = last if last is not None else most if first is None or step else begin
        # A range of one number is refused: Prefect would take it for `*`.
        if not least <= begin <= end <= most or step == 0 or (last is not None and begin == end):
            raise ValueError(f"the {name} must lie between {least} and {most}, and a range must go up")
        found |= set(range(begin, end + 1, step or 1))
    return frozenset(found)
