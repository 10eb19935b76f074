"""How coaches write things down: the many spellings of one code, date, level or word that cleaning has to
read.
"""

import random
from datetime import date

from gezinscoach_synthesis.model import NOT_APPLICABLE, Value, pick
from helpers.definitions import Item
from helpers.formats import without_diacritics

HABIT = 0.85
DATE_HABITS = ("iso", "slash", "dash")
LEVEL_HABITS = ("number", "both", "label")
NOT_APPLICABLE_WORDS = ("n.v.t.", "nvt", "niet van toepassing", "N.v.t.", "NVT", "n.v.t")
NOTHING_WORDS = ("", "-", "?", "onbekend", "–", "Onbekend")
NOTHING_WEIGHTS = (970, 12, 6, 6, 3, 3)


class Hand:
    """The handwriting of one coach: habits, kept most of the time."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.date_habit = pick(rng, DATE_HABITS, (4, 4, 2))
        self.level_habit = pick(rng, LEVEL_HABITS, (5, 3, 2))

    def _kept(self, habit: str, habits: tuple[str, ...]) -> str:
        return habit if self.rng.random() < HABIT else self.rng.choice(habits)

    def family(self, code: str) -> str:
        """Write a family code such as LEU-007."""
        if self.rng.random() < HABIT:
            return code
        letters, digits = code.split("-")
        letters = self.rng.choice((letters, letters.lower(), letters.capitalize()))
        separator = self.rng.choice(("-", "_", " ", ""))
        return f"{letters}{separator}{self.rng.choice((digits, str(int(digits)), '0' + digits))}"

    def person(self, code: str) -> str:
        """Write a person code such as K2."""
        return code if self.rng.random() < 0.95 else self.rng.choice((code.lower(), f" {code}", f"{code} "))

    def pilot(self, name: str) -> str:
        """Write the name of a pilot project."""
        if self.rng.random() < 0.93:
            return name
        accented = name.replace("e", "é", 1)
        return self.rng.choice((name.lower(), name.upper(), f" {name}", f"{name} ", accented))

    def day(self, day: date) -> str:
        """Write a day, now and then with a time of day."""
        written = {
            "iso": day.isoformat(),
            "slash": f"{day.day}/{day.month}/{day.year}" if self.rng.random() < 0.5 else f"{day:%d/%m/%Y}",
            "dash": f"{day.day}-{day.month}-{day.year}",
        }[self._kept(self.date_habit, DATE_HABITS)]
        if self.rng.random() >= 0.06:
            return written
        time = f"{self.rng.randint(8, 18)}:{self.rng.randint(0, 59):02d}"
        return (
            f"{written}{self.rng.choice((' ', 'T'))}{time}"
            if self.rng.random() < 0.5
            else f"{written} {time}:00"
        )

    def attribute(self, value: str | date | None) -> str:
        """Write a family type, a level of education, a date of birth, or nothing."""
        if value is None:
            return pick(self.rng, NOTHING_WORDS, (88, 2, 2, 6, 1, 1))
        if isinstance(value, date):
            return self.day(value).split(" ")[0].split("T")[0]
        return value if self.rng.random() < 0.95 else self._varied(value)

    def level(self, value: Value | None, item: Item) -> str:
        """Write a level, that an item does not apply, or nothing."""
        if value is None:
            return pick(self.rng, NOTHING_WORDS, NOTHING_WEIGHTS)
        if value == NOT_APPLICABLE:
            return pick(self.rng, NOT_APPLICABLE_WORDS, (60, 20, 10, 4, 3, 3))
        habit = self._kept(self.level_habit, LEVEL_HABITS)
        if habit == "number":
            return pick(self.rng, (f"{value}", f"{value}.0", f"{value},0"), (95, 3, 2))
        label = self._label(int(value), item)
        if habit == "label":
            return label
        return f"{value}{pick(self.rng, (' - ', '. ', ' – ', ' — '), (84, 12, 3, 1))}{label}"

    def _label(self, level: int, item: Item) -> str:
        alternative = item.alternatives[level - 1]
        words = alternative if alternative and self.rng.random() < 0.7 else item.label(level, "nl")
        return words if self.rng.random() < 0.93 else self._varied(words)

    def _varied(self, words: str) -> str:
        """Write words with other capitals, spaces, stars or accents."""
        way = self.rng.randrange(6)
        plain = without_diacritics(words)
        wide = words.replace(" ", "  ", 1)
        return (words.upper(), words.lower(), f"{words} *", wide, plain, words.replace("...", "…"))[way]
