"""What the roles of an installed chart grant, what its account asked for by the API server's audit log, and whether each grant is
what lets it: taken away, the very request is refused."""
import copy
import re

from harness import chart
from harness.wait import expect, until

REVIEWS = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
LISTED = re.compile(r"^(\S*)\s+\[(.*?)\]\s+\[(.*?)\]\s+\[(.*?)\]$", re.MULTILINE)


def user_of(account, namespace=chart.NAMESPACE):
    return f"system:serviceaccount:{namespace}:{account}"


def requests(cluster, user):
    return [event for event in cluster.plane.audit() if event["user"]["username"] == user]


def expect_nothing_forbidden(events):
    refused = [f"{event['verb']} {event['requestURI']}" for event in events if event["responseStatus"]["code"] in (401, 403)]
    expect(not refused, f"forbidden by the API server: {refused[:5]}")


def right_of(event):
    """(verb, group, resource) of a request, or None where it is for no resource."""
    what = event.get("objectRef", {})
    if "resource" not in what:
        return None
    return event["verb"], what.get("apiGroup", ""), "/".join(filter(None, (what["resource"], what.get("subresource"))))


def rights(role):
    """(rule, right) of each single verb of each resource that a role grants."""
    return [(rule, (verb, group, resource)) for rule in role.get("rules", [])
            for group in rule.get("apiGroups", []) for resource in rule["resources"] for verb in rule["verbs"]]


def expect_each_is_used(cluster, user, events, paths):
    """Of the roles at `paths`: every single right was asked for, and its absence is noticed. Returns how many there are."""
    used = {right_of(event): event for event in events if event["responseStatus"]["code"] not in (401, 403) and right_of(event)}
    count = 0
    for path in paths:
        role = cluster.api.get(path)
        unused = sorted({right for _, right in rights(role)} - set(used))
        expect(not unused, f"{path} grants what nobody asked for: {unused}")
        for at, (_, right) in enumerate(rights(role)):
            expect(allowed(cluster, user, used[right]), f"{right} was asked for, and is not allowed")
            cluster.api.request("PUT", path, without(role, at))
            until(lambda asked=used[right]: not allowed(cluster, user, asked), 10,
                  f"{path}: {right} is granted twice: taken away, it is still allowed", every=0.01)
            count += 1
        cluster.api.request("PUT", path, without(role, None))
        until(lambda path=path: all(allowed(cluster, user, used[right]) for _, right in rights(cluster.api.get(path))), 10,
              f"{path} does not work as it was")
    return count


def without(role, at):
    """The role, each right a rule of its own, but for the one at this place. Any version of it is replaced."""
    out = copy.deepcopy(role)
    out["metadata"].pop("resourceVersion")
    out["rules"] = []
    for place, (rule, (verb, group, resource)) in enumerate(rights(role)):
        if place != at:
            out["rules"].append({**rule, "verbs": [verb], "apiGroups": [group], "resources": [resource]})
    return out


def allowed(cluster, user, event):
    what = event["objectRef"]
    namespace = user.split(":")[2]
    return cluster.api.create(REVIEWS, {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": {
        "user": user, "groups": ["system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated"],
        "resourceAttributes": {"verb": event["verb"], "group": what.get("apiGroup", ""), "resource": what["resource"],
                               "subresource": what.get("subresource", ""), "namespace": what.get("namespace", ""),
                               "name": what.get("name", "")}}})["status"]["allowed"]


def listed(cluster, user, namespace):
    """{(resource, names): verbs}: `kubectl auth can-i --list`, without what every account may."""
    return subtract(can_i(cluster, user, namespace), can_i(cluster, user_of("nobody", "default"), namespace))


def can_i(cluster, user, namespace):
    text = cluster.kubectl("auth", "can-i", "--list", "--no-headers", "--as", user, "--namespace", namespace)
    found = {}
    for resource, paths, names, verbs in LISTED.findall(text):
        found.setdefault((resource or paths, names), set()).update(verbs.split())
    expect(found, f"kubectl auth can-i --list says:\n{text}")
    return found


def subtract(all_, common):
    left = {key: verbs - common.get(key, set()) for key, verbs in all_.items()}
    return {key: verbs for key, verbs in left.items() if verbs}
