"""How much work, and how much text, reading one query may cost.  A leaf: imports nothing of the project.

A few lines can ask for any amount of work: ``let b = union a, a``, ``let c = union b, b`` and so on double it with
every line, and ``strcat(a, a)`` doubles a string.  So whoever follows names counts what it makes, and where the count
passes the budget what would come next is unknown.  Steps are counted, never timed: every machine gives the same answer.
"""

from __future__ import annotations

# A step is a column, a row or an origin that an operator makes or looks at; it takes about half a microsecond.
STEPS = 100_000
STEPS_PER_CHARACTER = 20
# A function that a file defines is often called several times, each time with other constants.
STEPS_PER_CHARACTER_FOLLOWED = 80
CHARACTERS = 100_000
CHARACTERS_PER_CHARACTER = 20


class Budget:
    """What is left of the steps, and of the characters of strings that are put together, for one text and what it uses.

    Both grow with the length of the text, and of those that it uses, so that the work is linear in the length of all.
    """

    __slots__ = ("_followed", "characters", "steps")

    def __init__(self, length: int) -> None:
        """The budget of a text of this length in code points."""
        self.steps = STEPS + STEPS_PER_CHARACTER * length
        self.characters = CHARACTERS + CHARACTERS_PER_CHARACTER * length
        self._followed: set[object] = set()

    @property
    def spent(self) -> bool:
        """Whether no steps are left."""
        return self.steps < 0

    def spend(self, steps: int) -> bool:
        """Take so many steps; False, and from then on always, where they are not left: the work must not be done."""
        self.steps -= steps
        if self.steps >= 0:
            return True
        self.steps = -1
        return False

    def build(self, characters: int) -> bool:
        """Take what a string of so many characters costs; False where that is not left: a shorter one may still be."""
        if characters > self.characters:
            return False
        self.characters -= characters
        return True

    def follow(self, key: object, length: int) -> None:
        """Add the share of a further text of this length that the first one uses; only once for each key."""
        if key not in self._followed and self.steps >= 0:
            self._followed.add(key)
            self.steps += STEPS_PER_CHARACTER_FOLLOWED * length
            self.characters += CHARACTERS_PER_CHARACTER * length
