"""Runs berth as a kubelet would run a pod of an installed Deployment: the container's own arguments, the ConfigMaps and Secrets that it
mounts as files, and the service account's token and authority where every pod finds them. In a mount namespace of its own."""
import base64
import os
import ssl

from harness import chart
from harness.extender import Webhook
from harness.ports import free_ports
from harness.scheduler import Scheduler, admin_context
from harness.wait import expect, until

ACCOUNT = "run/secrets/kubernetes.io/serviceaccount"  # /var/run leads to /run
# $1 is laid over /run, which is hidden by an empty one, so nothing is left behind.
MOUNT = 'mount -t tmpfs tmpfs /run && cp -r "$1"/run/. /run && shift && exec "$@"'


def start_as_deployed(cluster, name, deployment="berth", program=None, namespace=chart.NAMESPACE):
    """`program` stands for the image's entry point: berth's own unless given."""
    pod = pod_of(cluster, deployment, namespace)
    port, = free_ports(1)
    words = [word for word in pod["containers"][0]["args"] if not word.startswith("--secure-port=")]
    # What a pod has to itself, its files and its ports, it shares here with whatever else is tested.
    words += [f"--secure-port={port}", "--bind-address=127.0.0.1"]
    process = start(cluster, name, pod, namespace, program, words)
    return alive(cluster, Scheduler(process, port, admin_context(cluster.plane)))


def start_extender_as_deployed(cluster, name, deployment="berth-extender", namespace=chart.NAMESPACE):
    """Asked with the certificate of a user called kube-scheduler."""
    pod = pod_of(cluster, deployment, namespace)
    ports = dict(zip(("--listen", "--metrics-bind-address"), free_ports(2)))
    flags = [word.partition("=")[0] for word in pod["containers"][0]["args"]]
    expect(set(ports) <= set(flags), f"the Deployment listens by {flags}")
    words = [f"{flag}=127.0.0.1:{ports[flag]}" if flag in ports else word
             for flag, word in zip(flags, pod["containers"][0]["args"])]
    process = start(cluster, name, pod, namespace, None, words)
    keys = cluster.plane.certificates
    context = ssl.create_default_context(cafile=keys.authority)
    context.load_cert_chain(*keys.user("kube-scheduler"))
    webhook = alive(cluster, Webhook(process, ports["--listen"], context))
    webhook.probes = Scheduler(process, ports["--metrics-bind-address"])
    return webhook


def pod_of(cluster, deployment, namespace):
    return cluster.api.get(f"/apis/apps/v1/namespaces/{namespace}/deployments/{deployment}")["spec"]["template"]["spec"]


def start(cluster, name, pod, namespace, program, words):
    root = os.path.join(cluster.folder, f"root-{name}")
    put(root, ACCOUNT, {"token": chart.token(cluster.api, pod["serviceAccountName"], namespace), "namespace": namespace,
                        "ca.crt": read(cluster.plane.certificates.authority)})
    folders = mounts(pod)
    expect(folders, f"the Deployment mounts nothing: {pod['volumes']}")
    for folder, volume in folders.items():
        put(root, run_path(folder), files(cluster, namespace, volume))
    for folder in sorted(folders, key=len, reverse=True):
        words = [word.replace(f"={folder}/", f"=/{run_path(folder)}/") for word in words]
    unshare = ["unshare", "--mount"] + (["--map-root-user"] if os.geteuid() else [])
    return cluster.plane.start(name, [*unshare, "sh", "-c", MOUNT, "sh", root, program or cluster.options.berth, *words],
                               {"PATH": os.environ["PATH"], "HOME": cluster.folder,
                                "KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": str(cluster.plane.port)})


def mounts(pod):
    """{folder in the container: volume}, of ConfigMaps and Secrets."""
    volumes = {volume["name"]: volume for volume in pod["volumes"] if "configMap" in volume or "secret" in volume}
    return {mount["mountPath"]: volumes[mount["name"]] for mount in pod["containers"][0]["volumeMounts"] if mount["name"] in volumes}


def files(cluster, namespace, volume):
    if "configMap" in volume:
        return cluster.api.get(f"/api/v1/namespaces/{namespace}/configmaps/{volume['configMap']['name']}")["data"]
    secret = cluster.api.get(f"/api/v1/namespaces/{namespace}/secrets/{volume['secret']['secretName']}")["data"]
    return {name: base64.b64decode(text).decode() for name, text in secret.items()}


def run_path(folder):
    """Where a folder of the container lies here: /etc is the machine's own."""
    return os.path.join("run", "container", folder.strip("/"))


def put(root, folder, texts):
    os.makedirs(os.path.join(root, folder), exist_ok=True)
    for name, text in texts.items():
        with open(os.path.join(root, folder, name), "w", encoding="utf-8") as out:
            out.write(text)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def alive(cluster, started):
    cluster.schedulers.append(started)
    process = started.process
    until(lambda: started.fetch("/livez")[0] == 200 or not process.running(), 20, f"{process.name} is not alive")
    expect(process.running(), f"{process.name} ended with {process.exit_code()}:\n{process.log_tail()}")
    return started
