"""kube-scheduler asks berth as its extender: whole nodes, names alone, and over HTTPS with client certificates. Of ten pods
six are bound, by berth with its own rights, of sixty at once too; a client that sends garbage, half a body or 200 MB disturbs
nobody. With preemptVerb it is asked about the victims of kube-scheduler, and of another berth: the same go."""
import socket
import time

from harness.cluster import PODS
from harness.examples import example, expect_nothing_forbidden, start_everything
from harness.extender import ACCOUNT, SCHEDULER, start_asking, start_webhook
from harness.objects import pod, scheduled
from harness.wait import expect, until

WAYS = {"whole-nodes": (False, False), "names": (True, False), "https": (True, True), "https-whole-nodes": (False, True)}
NO_PREEMPTION = {"plugins": {"postFilter": {"disabled": [{"name": "*"}]}}}
REFUSED = "0/2 nodes are available: 2 no more than 6 pods."
POST = "POST /filter HTTP/1.1\r\nHost: x\r\n"


def run(cluster):
    start_everything(cluster)
    for manifest in ("nodes.yaml", "manifests/rbac.yaml"):
        cluster.kubectl("apply", "-f", example(f"extender-server/{manifest}"))
    told = [f"{way}: {six_of_ten(cluster, way, *how)}" for way, how in WAYS.items()]
    told.append(preempts(cluster))
    bindings = [event for event in cluster.plane.audit()
                if event.get("objectRef", {}).get("subresource") == "binding" and event["responseStatus"]["code"] == 201
                and event["objectRef"]["namespace"] == "default"]
    users = {event["user"]["username"] for event in bindings}
    expect(users == {f"system:serviceaccount:kube-system:{ACCOUNT}"}, f"pods were bound by {users}")
    expect_nothing_forbidden(cluster, ACCOUNT)
    return "; ".join(told)


def six_of_ten(cluster, way, names_alone, tls):
    webhook = start_webhook(cluster, example("extender-server/extender.yaml"), f"webhook-{way}", tls)
    asking = start_asking(cluster, webhook, f"kube-scheduler-{way}", NO_PREEMPTION, nodeCacheCapable=names_alone)
    cluster.kubectl("apply", "-f", example("extender-server/testngx.yaml"))

    def pods():
        return cluster.api.get("/api/v1/namespaces/default/pods")["items"]

    def waiting():
        return [one["metadata"]["name"] for one in pods() if scheduled(one).get("message") == REFUSED]

    def bound():
        return [one["spec"]["nodeName"] for one in pods() if "nodeName" in one["spec"]]

    until(lambda: len(bound()) == 6 and len(waiting()) == 4, 60,
          lambda: f"{len(bound())} are bound and {len(waiting())} wait, not six and four: {[scheduled(p) for p in pods()]}")
    expect(set(bound()) == {"fast"}, f"bound to {bound()}, and fast is the better node")
    line = cluster.wait_event(waiting()[0], REFUSED)
    disturb(cluster, webhook)
    cluster.kubectl("scale", "deployment", "testngx", "--replicas=60")
    until(lambda: len(waiting()) == 54, 60, lambda: f"{len(waiting())} of {len(pods())} wait, not 54 of 60")
    expect(len(bound()) == 6, f"{len(bound())} pods are bound, the limit is six")
    for verb in ("filter", "prioritize", "bind"):
        counted = webhook.metric("berth_extender_requests_total", verb=verb, result="success")
        measured = webhook.metric("berth_extender_request_duration_seconds_count", verb=verb)
        expect(6 <= counted <= measured, f"{verb}: {counted} requests are counted, {measured} measured")
    garbage = webhook.metric("berth_extender_requests_total", verb="filter", result="error")
    expect(tls or garbage, "garbage is no error")
    cluster.kubectl("delete", "-f", example("extender-server/testngx.yaml"))
    until(lambda: not pods(), 30, "the pods do not go")
    for one in (asking, webhook):
        code = one.process.stop(15)
        expect(code == one.stop_code, f"{one.name} was told to stop and exited with {code}")
    return line


def preempts(cluster):
    """Both nodes are full of pods of lower priority; one of high priority gets the room of the least. kube-scheduler asks, and
    then berth, by uid and with whole pods."""
    webhook = start_webhook(cluster, example("extender-server/extender.yaml"), "webhook-preempt")
    for name, value in (("high", 1000), ("mid", 100)):
        cluster.api.create("/apis/scheduling.k8s.io/v1/priorityclasses", {"metadata": {"name": name}, "value": value})
    outcomes = {}
    for berth in (False, True):
        for names_alone in (True, False):
            name = f"{'berth' if berth else 'kube-scheduler'}-preempt-{'uids' if names_alone else 'pods'}"
            asked = webhook.log().count('verb="preempt"')
            asking = start_asking(cluster, webhook, name, berth=berth, nodeCacheCapable=names_alone, preemptVerb="preempt")
            outcomes[name] = one_for_another(cluster)
            expect(webhook.log().count('verb="preempt"') > asked, f"{name} did not ask about preemption")
            asking.process.stop(15)
    webhook.process.stop(15)
    expect(len(set(map(str, outcomes.values()))) == 1, f"not all alike: {outcomes}")
    return f"high-1 is bound in the place of another, four times alike: {outcomes[name][-1][1]}"


def one_for_another(cluster):
    """Who is left, and what events say of those that are not."""
    big = {"cpu": "7", "memory": "1Gi", "scheduler": SCHEDULER}
    for one in (pod("mid-1", priorityClassName="mid", **big), pod("low-1", **big)):  # one after the other: the first has the choice
        cluster.pods([one])
        cluster.wait_bound(one["metadata"]["name"], 20)
    cluster.pods([pod("high-1", priorityClassName="high", **big)])
    cluster.wait_bound("high-1", 30)
    uid = {one["metadata"]["uid"]: one["metadata"]["name"] for one in cluster.api.get(PODS)["items"]}

    def told():
        return sorted((event["regarding"]["name"], mend(event["note"], uid)) for event in cluster.events("Preempted")
                      if mend(event["note"], uid) != event["note"])

    until(told, 10, "nobody is told of an eviction")
    for name in uid.values():
        cluster.api.request("DELETE", f"{PODS}/{name}", {"gracePeriodSeconds": 0})
    until(lambda: not cluster.api.get(PODS)["items"], 30, "the pods do not go")
    return [sorted(uid.values()), *told()]


def mend(note, names):
    for uid, name in names.items():
        note = note.replace(uid, name)
    return note


def disturb(cluster, webhook):
    """Sends what no scheduler sends; after each the webhook answers the next request."""
    for text in ("\x16\x03 no http\r\n\r\n", POST + "Content-Length: 100\r\n\r\n{\"Pod\"", POST + "Content-Length: 1\r\n\r\n["):
        send(webhook, [text.encode()])
        expect(webhook.fetch("/healthz")[0] == 200, f"after {text!r} the webhook does not answer")
    megabyte = b"x" * 1_000_000
    began = time.monotonic()
    answer = send(webhook, [(POST + "Content-Length: 200000000\r\n\r\n").encode(), *[megabyte] * 200])
    expect(not answer or webhook.context or b" 413 " in answer, f"200 MB are answered {answer[:100]!r}")
    expect(time.monotonic() - began < 30, "200 MB keep the webhook busy")
    expect(webhook.fetch("/healthz")[0] == 200, "after 200 MB the webhook does not answer")


def send(webhook, parts):
    host, port = webhook.base.split("//")[1].split(":")
    with socket.create_connection((host, int(port)), timeout=20) as wire:
        try:
            for part in parts:
                wire.sendall(part)
            wire.shutdown(socket.SHUT_WR)
            return wire.recv(4096)
        except OSError:
            return b""
