"""What the API server's audit log says of bindings and of the lease: who did what, and when."""
from collections import namedtuple
from datetime import datetime

from harness.wait import expect, until

# `pod` is its name; `by` the credential that asked, as a service account's token has one; `asked` and `at`: when the request
# came and when it was answered, by time.time().
Write = namedtuple("Write", "pod by asked at code")

CREDENTIAL = "authentication.kubernetes.io/credential-id"


def moment(text):
    return datetime.fromisoformat(text).timestamp()


def _writes(events):
    for event in events:
        if event["verb"] in ("create", "update", "patch") and event.get("responseStatus"):
            who = event["user"].get("extra", {}).get(CREDENTIAL, [event["user"].get("username")])[0]
            yield event.get("objectRef", {}), Write(event.get("objectRef", {}).get("name"), who, moment(
                event["requestReceivedTimestamp"]), moment(event["stageTimestamp"]), event["responseStatus"]["code"])


def bindings(events):
    return [write for about, write in _writes(events) if about.get("subresource") == "binding"]


def granted(events):
    return [binding for binding in bindings(events) if binding.code == 201]


def refused(events):
    """Bindings of pods that had a node already: harmless, and more than a few are a sign that somebody does not look."""
    return [binding for binding in bindings(events) if binding.code == 409]


def first_binding(plane, position, seconds, sentence, by_another_than=None):
    """When a pod was next bound, of what was logged behind `position` (plane.audit_position()); by another credential, if one
    is named."""
    def found():
        return [each for each in granted(plane.audit(position)) if each.by != by_another_than]

    return until(found, seconds, sentence)[0]


def check_leaders(events):
    """Nobody but the one who wrote to the lease last had a pod bound. Returns how often the lease changed hands."""
    lease = sorted((write for about, write in _writes(events) if about.get("resource") == "leases" and write.code < 300),
                   key=lambda write: write.at)
    hands, position, leader = 0, 0, None
    for binding in sorted(granted(events), key=lambda write: write.asked):
        while position < len(lease) and lease[position].at < binding.asked:
            hands += leader not in (None, lease[position].by)
            leader = lease[position].by
            position += 1
        expect(binding.by == leader, f"{binding.pod} was bound by {binding.by} while {leader} had the lease")
    return hands
