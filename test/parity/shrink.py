"""A difference, made as small as it goes: what can be taken away while the same difference remains is taken away."""

import copy
import re
import time


def kind(difference):
    """A difference without the names and numbers in it."""
    text = re.sub(r"\b(new|run|pv|pvc|svc|cap|pdb)-[\w-]+", "X", difference)
    text = re.sub(r"\bn\d{3}\b", "N", text)
    text = re.sub(r"^\s*\S+/X ", "", text)
    text = re.sub(r"\b[a-z]+/X\b", "X", text)
    return re.sub(r"-?\d+", "#", text)


def family(difference):
    """Coarser: what was compared, and the plugins that are named."""
    known = re.findall(r"\b(?:[A-Z][a-z]+[A-Za-z]*|feasible|best|wakes|message|error|nominated|victims|pods|nodes|held)\b", kind(difference))
    return " ".join(dict.fromkeys(known))


class Shrinker:
    def __init__(self, pair, question, difference, seconds=60):
        self.pair, self.question, self.family = pair, question, family(difference)
        self.until = time.monotonic() + seconds

    def _shows(self, question):
        if time.monotonic() > self.until:
            return False
        try:
            compared = self.pair.compare(question)
        except RuntimeError:
            raise
        return compared is not None and any(family(d) == self.family for d in compared["differences"])

    def _try(self, change):
        candidate = copy.deepcopy(self.question)
        if change(candidate) is not False and self._shows(candidate):
            self.question = candidate
            return True
        return False

    def run(self):
        while True:
            before = len(repr(self.question))
            self._items()
            self._try(lambda q: q.update(config=None))
            for number in reversed(range(len(self.question.get("events") or []))):
                self._try(lambda q, number=number: bool(q["events"].pop(number)))
            self._fields(("config",))
            for number in reversed(range(len(self.question["cluster"]["items"]))):
                self._fields(("cluster", "items", number))
            if len(repr(self.question)) >= before or time.monotonic() > self.until:
                return self.question

    def _items(self):
        """Takes away halves, quarters, ... of the objects."""
        chunk = max(1, len(self.question["cluster"]["items"]) // 2)
        while True:
            start = 0
            while start < len(self.question["cluster"]["items"]):
                end = start + chunk

                def drop(question, start=start, end=end):
                    del question["cluster"]["items"][start:end]

                if not self._try(drop):
                    start = end
            if chunk == 1:
                return
            chunk //= 2

    def _at(self, question, path):
        for step in path:
            question = question[step]
        return question

    def _fields(self, path):
        """Takes away members and elements, outer ones first."""
        here = self._at(self.question, path)
        if not isinstance(here, (dict, list)):
            return
        steps = list(here) if isinstance(here, dict) else list(reversed(range(len(here))))
        for step in steps:

            def drop(question, step=step):
                if step in ("apiVersion", "kind", "name", "namespace") and len(path) <= 4:
                    return False
                del self._at(question, path)[step]

            if not self._try(drop):
                self._fields((*path, step))
