"""Runs berth as a kubelet would run a pod of an installed Deployment: the container's own arguments, the ConfigMap as a
file, and the service account's token and authority where every pod finds them. In a mount namespace of its own."""
import os

from harness import chart
from harness.ports import free_ports
from harness.scheduler import Scheduler, admin_context, write
from harness.wait import expect, until

ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
# $1 to $3: token, authority, configuration. /run is hidden by an empty one, so nothing is left behind.
MOUNT = f"""
mount -t tmpfs tmpfs /run && mkdir -p {ACCOUNT} /run/berth &&
cp "$1" {ACCOUNT}/token && cp "$2" {ACCOUNT}/ca.crt && echo -n {chart.NAMESPACE} > {ACCOUNT}/namespace &&
cp "$3" /run/berth/config.yaml && shift 3 && exec "$@"
"""


def start_as_deployed(cluster, name, deployment="berth", program=None):
    """`program` stands for the image's entry point: berth's own unless given."""
    pod = cluster.api.get(f"/apis/apps/v1/namespaces/{chart.NAMESPACE}/deployments/{deployment}")["spec"]["template"]["spec"]
    words = pod["containers"][0]["args"]
    files = [word.removeprefix("--config=") for word in words if word.startswith("--config=")]
    expect(len(files) == 1, f"the Deployment has no argument --config=FILE: {words}")
    mounted = [volume["configMap"]["name"] for volume in pod["volumes"] if "configMap" in volume]
    config = cluster.api.get(f"/api/v1/namespaces/{chart.NAMESPACE}/configmaps/{mounted[0]}")["data"][os.path.basename(files[0])]

    # What a pod has to itself, its files and its ports, it shares here with whatever else is tested.
    port, = free_ports(1)
    here = [word for word in words if not word.startswith(("--config=", "--secure-port="))]
    here += ["--config=/run/berth/config.yaml", f"--secure-port={port}", "--bind-address=127.0.0.1"]
    token = chart.token(cluster.api, pod["serviceAccountName"])
    unshare = ["unshare", "--mount"] + (["--map-root-user"] if os.geteuid() else [])
    process = cluster.plane.start(name, [
        *unshare, "sh", "-c", MOUNT, "sh", write(cluster.folder, f"token-{name}", token),
        cluster.plane.certificates.authority, write(cluster.folder, f"config-{name}.yaml", config),
        program or cluster.options.berth, *here],
        {"PATH": os.environ["PATH"], "HOME": cluster.folder,
         "KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": str(cluster.plane.port)})
    started = Scheduler(process, port, admin_context(cluster.plane))
    cluster.schedulers.append(started)
    until(lambda: started.fetch("/livez")[0] == 200 or not process.running(), 20, f"{name} is not alive")
    expect(process.running(), f"{name} ended with {process.exit_code()}")
    return started
