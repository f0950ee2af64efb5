"""berth as a webhook, and a kube-scheduler that is configured to ask it."""
import json
import ssl
import urllib.request

from harness import chart
from harness.ports import free_ports
from harness.scheduler import Scheduler, configuration, start_kube_scheduler, write

ACCOUNT = "berth-extender"
SCHEDULER = "extended-scheduler"


class Webhook(Scheduler):
    def post(self, path, body):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10, context=self.context) as answer:
            return json.load(answer)


def start_webhook(cluster, config_file, name="berth-extender", tls=False, verbosity=3):
    """With the rights of examples/extender-server/manifests, which were applied before. With `tls` it shows a certificate
    and wants one of the control plane's authority."""
    port, = free_ports(1)
    kubeconfig = cluster.plane.kubeconfig(ACCOUNT, token_file=write(cluster.folder, f"token-{name}",
                                                                    chart.token(cluster.api, ACCOUNT)))
    flags, context = [], None
    keys = cluster.plane.certificates
    if tls:
        certificate, key = keys.issue(f"{name}-server", "/CN=berth-extender", "subjectAltName=IP:127.0.0.1")
        flags = ["--tls-cert-file", certificate, "--tls-private-key-file", key, "--client-ca-file", keys.authority]
        context = ssl.create_default_context(cafile=keys.authority)
        context.load_cert_chain(*keys.user("kubelet"))
    process = cluster.plane.start(name, [cluster.options.berth, "extender", "--config", config_file, "--kubeconfig", kubeconfig,
                                         "--listen", f"127.0.0.1:{port}", "--v", verbosity, *flags])
    started = Webhook(process, port, context)
    cluster.schedulers.append(started)
    return started.wait_ready()


def start_asking(cluster, webhook, name, profile=None, berth=False, **extender):
    """A kube-scheduler, or `berth`, with the webhook as its extender; `extender` replaces or adds fields of that."""
    asks = {"urlPrefix": webhook.base, "filterVerb": "filter", "prioritizeVerb": "prioritize", "bindVerb": "bind", "weight": 10,
            "enableHTTPS": webhook.context is not None, "nodeCacheCapable": False}
    if webhook.context:
        certificate, key = cluster.plane.certificates.user("extended-scheduler")
        asks["tlsConfig"] = {"caFile": cluster.plane.certificates.authority, "certFile": certificate, "keyFile": key}
    config = configuration({"schedulerName": SCHEDULER, **(profile or {})}, extenders=[{**asks, **extender}])
    if berth:
        return cluster.berth(config, name)
    started = start_kube_scheduler(cluster.plane, config, name)
    cluster.schedulers.append(started)
    return started.wait_ready()
