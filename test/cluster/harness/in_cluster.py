"""Runs berth as a kubelet would run a pod of the installed Deployment: the container's own arguments, the ConfigMap as a
file, and the service account's token and authority where every pod finds them. In a mount namespace of its own."""
import os

from harness import chart
from harness.ports import free_ports
from harness.scheduler import Scheduler, write
from harness.wait import expect, until

ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
# $1 to $3: token, authority, configuration. /run is hidden by an empty one, so nothing is left behind.
MOUNT = f"""
mount -t tmpfs tmpfs /run && mkdir -p {ACCOUNT} /run/berth &&
cp "$1" {ACCOUNT}/token && cp "$2" {ACCOUNT}/ca.crt && echo -n {chart.NAMESPACE} > {ACCOUNT}/namespace &&
cp "$3" /run/berth/config.yaml && shift 3 && exec "$@"
"""


def start_as_deployed(cluster, name):
    container = cluster.api.get(f"/apis/apps/v1/namespaces/{chart.NAMESPACE}/deployments/berth")["spec"]["template"]["spec"]["containers"][0]
    config = cluster.api.get(f"/api/v1/namespaces/{chart.NAMESPACE}/configmaps/berth")["data"]["config.yaml"]
    port, = free_ports(1)
    here = {"--config=/etc/berth/config.yaml": "--config=/run/berth/config.yaml",
            "--metrics-bind-address=:10251": f"--metrics-bind-address=127.0.0.1:{port}"}
    for word in here:
        expect(word in container["args"], f"the Deployment has no argument {word}: {container['args']}")
    unshare = ["unshare", "--mount"] + (["--map-root-user"] if os.geteuid() else [])
    process = cluster.plane.start(name, [
        *unshare, "sh", "-c", MOUNT, "sh", write(cluster.folder, f"token-{name}", chart.token(cluster.api)),
        cluster.plane.certificates.authority, write(cluster.folder, f"config-{name}.yaml", config),
        cluster.options.berth, *(here.get(word, word) for word in container["args"])],
        {"PATH": os.environ["PATH"], "HOME": cluster.folder,
         "KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": str(cluster.plane.port)})
    started = Scheduler(process, port)
    cluster.schedulers.append(started)
    until(lambda: started.fetch("/livez")[0] == 200 or not process.running(), 20, f"{name} is not alive")
    expect(process.running(), f"{name} ended with {process.exit_code()}")
    return started
