"""JSON log lines, judged: one object a line, no key twice, and one type for each key over all lines."""
import json
import re

GO_DURATION = re.compile(r"-?(\d+h)?(\d+m)?\d+(\.\d+)?(h|m|s|ms|µs|ns)$")


def object_of(line, twice_allowed=()):
    """The line's object. ValueError where it is none, or where a key is there twice."""
    def once(pairs):
        found = {}
        for key, value in pairs:
            if key in found and key not in twice_allowed:
                raise ValueError(f"{key} is there twice: {line}")
            found[key] = value
        return found

    found = json.loads(line, object_pairs_hook=once)
    if not isinstance(found, dict):
        raise ValueError(f"no object: {line}")
    return found


def type_of(value):
    """"number" of any number; an object with a name is a reference, as klog writes one."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return "string"
    if isinstance(value, dict):
        return "reference" if isinstance(value.get("name"), str) and set(value) <= {"name", "namespace"} else "object"
    return "null" if value is None else "list"


def types_of(lines):
    """{key: {type: the first line that has it so}}"""
    types = {}
    for line in lines:
        for key, value in line.items():
            types.setdefault(key, {}).setdefault(type_of(value), line)
    return types


def faults_of(lines):
    """What is wrong, in a sentence each."""
    return [f"{key} is {' and '.join(f'{kind} ({line})' for kind, line in kinds.items())}"
            for key, kinds in types_of(lines).items() if len(kinds) > 1]
