"""`helm lint --strict`, `helm template` and `helm install` of the chart, the last onto the real API server; then berth runs
as the installed Deployment would run it: its arguments, its ConfigMap, its ServiceAccount's token. Nothing it asks is
Forbidden, and nothing it may ask goes unused."""
from harness import chart
from harness.objects import pod
from harness.scheduler import Scheduler, write
from harness.ports import free_ports
from harness.wait import expect, never, until

USER = "system:serviceaccount:kube-system:berth"
LEASE = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/berth"
# Granted, and asked for only on a bad day: reading a pod back whose binding was refused or got no answer, and events on a
# server without events.k8s.io.
ON_A_BAD_DAY = {("get", "pods"), ("create", "events/core"), ("patch", "events/core")}


def run(cluster):
    cluster.observe()
    cluster.nodes("node-a", "node-b")
    programs = cluster.options.control_plane
    code, out, error = chart.helm(programs, "lint", "--strict", chart.CHART)
    expect(code == 0, f"helm lint --strict: {out}{error}")
    code, out, error = chart.helm(programs, "install", "berth", chart.CHART, "--namespace", chart.NAMESPACE,
                                  "--kubeconfig", cluster.admin_kubeconfig)
    expect(code == 0 and "deployment/berth" in out, f"helm install: {out}{error}")

    first, second = as_deployed(cluster, "berth-1"), as_deployed(cluster, "berth-2")
    holder = until(lambda: cluster.api.get(LEASE)["spec"].get("holderIdentity"), 20, "nobody holds the lease")
    leader, other = (first, second) if first.process.running() and holds(first, holder, cluster) else (second, first)

    cluster.pods([pod("web"), pod("too-big", cpu="100")])
    cluster.wait_bound("web", 10)
    cluster.wait_refused("too-big")
    cluster.wait_event("web", f"Successfully assigned default/web to {cluster.node_of('web')}")
    count_grows(cluster)
    no_forbidden(cluster, leader, other)
    unused = granted(cluster) - asked(cluster) - ON_A_BAD_DAY
    expect(not unused, f"the chart grants what berth never asked for: {sorted(unused)}")

    leader.process.stop()
    cluster.pods([pod("after")])
    cluster.wait_bound("after", 25)
    no_forbidden(cluster, leader, other)
    return f"{len(asked(cluster))} kinds of request, none forbidden; the other replica took over"


def as_deployed(cluster, name):
    """What the kubelet would do: the container's arguments, the mounted ConfigMap, the account's token and its API server."""
    container = cluster.api.get("/apis/apps/v1/namespaces/kube-system/deployments/berth")["spec"]["template"]["spec"]["containers"][0]
    config = cluster.api.get("/api/v1/namespaces/kube-system/configmaps/berth")["data"]["config.yaml"]
    port, = free_ports(1)
    replaced = {"--config=/etc/berth/config.yaml": "--config=" + write(cluster.folder, "config.yaml", config),
                "--metrics-bind-address=:10251": f"--metrics-bind-address=127.0.0.1:{port}"}
    for word in replaced:
        expect(word in container["args"], f"the Deployment has no argument {word}: {container['args']}")
    words = [replaced.get(word, word) for word in container["args"]]
    token = write(cluster.folder, f"token-{name}", chart.token(cluster.api))
    kubeconfig = cluster.plane.kubeconfig("berth", token_file=token)
    started = Scheduler(cluster.plane.start(name, [cluster.options.berth, *words, "--kubeconfig", kubeconfig]), port)
    cluster.schedulers.append(started)
    until(lambda: started.fetch("/livez")[0] == 200, 20, lambda: f"{name} is not alive:\n{started.process.log_tail()}")
    return started


def holds(scheduler, holder, cluster):
    """Whether it is the one that leads: the other waits, so stopping it changes nothing. Told by the log, where it says so."""
    return holder in scheduler.log() or "became leader" in scheduler.log()


def count_grows(cluster):
    """A second refusal for the same reason, so that an event is patched: a node that fits as little as the others goes and
    comes back bigger, but not big enough."""
    def events():
        return [event for event in cluster.api.get("/apis/events.k8s.io/v1/namespaces/default/events")["items"]
                if event["reason"] == "FailedScheduling" and event["regarding"]["name"] == "too-big"]

    until(events, 10, "no FailedScheduling event")
    def grown():
        size = cluster.api.get("/api/v1/nodes/node-a")["status"]["allocatable"]["cpu"]
        room = {"cpu": str(int(size) + 1)}
        cluster.api.merge("/api/v1/nodes/node-a/status", {"status": {"allocatable": room, "capacity": room}})
        return any(event.get("series", {}).get("count", 1) > 1 for event in events())

    until(grown, 30, "the event's count does not grow", every=1)


def granted(cluster):
    """(verb, resource) of every rule; events of the core group are events/core."""
    rules = []
    for path in ("/apis/rbac.authorization.k8s.io/v1/clusterroles/berth",
                 "/apis/rbac.authorization.k8s.io/v1/namespaces/kube-system/roles/berth"):
        rules += cluster.api.get(path)["rules"]
    return {(verb, "events/core" if (resource, group) == ("events", "") else resource)
            for rule in rules for verb in rule["verbs"] for resource in rule["resources"] for group in rule["apiGroups"]}


def asked(cluster):
    """The same, of what berth's account asked for, by the API server's audit log."""
    found = set()
    for event in cluster.plane.audit():
        object_ = event.get("objectRef", {})
        if event["user"]["username"] == USER and object_.get("resource"):
            name = "/".join(filter(None, (object_["resource"], object_.get("subresource"))))
            found.add((event["verb"], "events/core" if name == "events" and not object_.get("apiGroup") else name))
    return found


def no_forbidden(cluster, *schedulers):
    refused = [f"{event['verb']} {event['requestURI']}" for event in cluster.plane.audit()
               if event["user"]["username"] == USER and event["responseStatus"]["code"] in (401, 403)]
    expect(not refused, f"forbidden by the API server: {refused[:5]}")
    for scheduler in schedulers:
        expect("forbidden" not in scheduler.log().lower(), f"{scheduler.name}'s log speaks of Forbidden:\n{scheduler.process.log_tail()}")
