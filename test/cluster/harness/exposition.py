"""Prometheus text, read: families with their type, their label names, their buckets, and their samples."""
import re
from dataclasses import dataclass, field

SAMPLE = re.compile(r'([A-Za-z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: \d+)?$')
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)",?')


@dataclass
class Family:
    name: str
    type: str
    labels: set = field(default_factory=set)  # names of labels, but for le
    buckets: tuple = ()
    samples: list = field(default_factory=list)  # (name, labels, value)

    def values(self, label):
        return {labels[label] for _, labels, _ in self.samples if label in labels}

    def form(self):
        """What a dashboard goes by."""
        return self.type, tuple(sorted(self.labels)), self.buckets


def read(text):
    """Families by name. What is no sample and no comment is an error."""
    found, family = {}, None
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            if name in found:
                raise ValueError(f"{name} is there twice")
            family = found[name] = Family(name, kind)
        elif line and not line.startswith("#"):
            match = SAMPLE.match(line)
            if not match or family is None or not match[1].startswith(family.name):
                raise ValueError(f"no sample of {family and family.name}: {line}")
            labels = dict(LABEL.findall(match[2] or ""))
            family.samples.append((match[1], labels, float(match[3])))
            family.labels |= labels.keys() - {"le"}
    for family in found.values():
        bounds = {float(labels["le"]) for name, labels, _ in family.samples if name == f"{family.name}_bucket"}
        # As both write a bound: six figures.
        family.buckets = tuple(f"{bound:.6g}" for bound in sorted(bounds))
    return found
