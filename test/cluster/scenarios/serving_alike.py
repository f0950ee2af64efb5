"""berth serves as kube-scheduler does, side by side on one API server: to nobody, to a stranger's and to an expired certificate,
to tokens that are wrong, without rights and with them, and to the administrator; each path by each method. Status and body are
compared; nobody gets anything but health."""
import http.client
import json
import ssl

from harness import chart
from harness.certificates import Certificates
from harness.ports import free_ports
from harness.scheduler import Scheduler, admin_context, configuration, start_kube_scheduler, stranger, write
from harness.wait import expect, until

HEALTH = ("/healthz", "/livez", "/readyz")
PATHS = (*HEALTH, "/metrics", "/metrics/slis", "/metrics/resources", "/configz", "/statusz", "/flagz", "/healthz/ping", "/livez/ping",
         "/readyz/shutdown", "/readyz/nothing", "/healthz/", "//healthz", "/healthz?verbose", "/%68ealthz", "/debug/pprof/", "/", "/nothing",
         "/api/v1/pods", "/debug/trace/default/web", "/a%20b?c=d", "/a%22b", "/<b>&")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def run(cluster):
    theirs = start_kube_scheduler(cluster.plane, configuration({"schedulerName": "theirs"})).wait_ready()
    ours = start(cluster)
    cluster.schedulers += [theirs, ours]
    ports = {who: int(who.base.rpartition(":")[2]) for who in (theirs, ours)}
    strangers = Certificates(f"{cluster.folder}/strangers")
    late = cluster.plane.certificates.issue("late", "/CN=late", validity=("-days", "-1"))
    allowed = may_get_metrics(cluster)
    visitors = {
        "nobody": (stranger(), None),
        "a stranger's certificate": (shows(strangers.user("jane", "system:masters")), None),
        "an expired certificate": (shows(late), None),
        "a client without rights": (shows(cluster.plane.certificates.user("jane", "devs")), None),
        "a bad token": (stranger(), "bad"),
        "a token without rights": (stranger(), chart.token(cluster.api, "default", "default")),
        "a token with rights": (stranger(), allowed),
    }
    compared = refused = 0
    for name, (context, token) in visitors.items():
        for path in PATHS:
            for method in METHODS:
                one, two = (ask(ports[who], context, token, method, path) for who in (theirs, ours))
                open_to_all = path.partition("?")[0] in (*HEALTH, "/%68ealthz")
                if name == "a token with rights" and (open_to_all or two[0] == 200):
                    expect(one[0] == two[0], f"{name}: {method} {path}: kube-scheduler {one[0]}, berth {two[0]}")
                elif name != "a bad token" and "certificate" not in name and open_to_all:
                    expect(one[0] == two[0] == 200, f"{name}: {method} {path}: kube-scheduler {one}, berth {two}")
                else:
                    expect(one == two, f"{name}: {method} {path}: kube-scheduler {one}, berth {two}")
                    # Whoever is known may read what begins with /api: Kubernetes' own role system:discovery says so.
                    nothing_there = two[0] == 404 and path.startswith("/api") and name.endswith("rights")
                    expect(two[0] in (401, 403) or nothing_there, f"{name}: {method} {path}: is answered {two}")
                    refused += 1
                compared += 1
    expect(ask(ports[ours], admin_context(cluster.plane), None, "GET", "/metrics")[0] == 200, "the administrator may not")
    old_protocol(ports[ours])
    return f"{compared} requests alike, {refused} of them refused"


def start(cluster):
    """As a user of its own, with what the page on operations says that it needs."""
    port, = free_ports(1)
    file = write(cluster.plane.folder, "ours.yaml", configuration({"schedulerName": "ours"}))
    process = cluster.plane.start("berth", [cluster.options.berth, "--config", file, "--kubeconfig", cluster.kubeconfig(),
                                            "--secure-port", port, "--bind-address", "127.0.0.1"])
    ours = Scheduler(process, port, admin_context(cluster.plane)).wait_ready()
    until(lambda: ours.fetch("/metrics")[0] == 200, 10, "the API server's authorities are not taken over")
    return ours


def shows(pair):
    context = stranger()
    context.load_cert_chain(*pair)
    return context


def may_get_metrics(cluster):
    cluster.api.apply(chart.PATHS["ServiceAccount"].format("default"), {"metadata": {"name": "prometheus"}})
    cluster.api.apply(chart.PATHS["ClusterRole"], {"metadata": {"name": "berth-reader"}, "rules": [
        {"nonResourceURLs": ["/metrics"], "verbs": ["get"]}]})
    cluster.api.apply(chart.PATHS["ClusterRoleBinding"], {
        "metadata": {"name": "berth-reader"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "berth-reader"},
        "subjects": [{"kind": "ServiceAccount", "name": "prometheus", "namespace": "default"}]})
    return chart.token(cluster.api, "prometheus", "default")


def ask(port, context, token, method, path):
    """(status, body): JSON as a value."""
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=15, context=context)
    try:
        connection.request(method, path, headers={"Authorization": f"Bearer {token}"} if token else {})
        answer = connection.getresponse()
        text = answer.read().decode()
    finally:
        connection.close()
    try:
        return answer.status, json.loads(text)
    except ValueError:
        return answer.status, text


def old_protocol(port):
    context = stranger()
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    try:
        ask(port, context, None, "GET", "/healthz")
    except ssl.SSLError:
        return
    expect(False, "TLS 1.1 is spoken")
