"""Chance with a seed, in the words that a generator needs."""

import random


class Dice(random.Random):
    def maybe(self, probability):
        return self.random() < probability

    def some(self, things, at_most=None):
        """Between none and all of the things, in random order."""
        things = list(things)
        return self.sample(things, self.randint(0, min(len(things), at_most or len(things))))

    def few(self, at_most):
        """Mostly 0 or 1, now and then up to at_most."""
        return min(at_most, int(self.expovariate(1.2)))

    def weighted(self, *pairs):
        """One of (weight, thing)."""
        return self.choices([thing for _, thing in pairs], [weight for weight, _ in pairs])[0]
