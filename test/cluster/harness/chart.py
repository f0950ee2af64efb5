"""charts/berth as helm renders it, and the service account it makes: berth is tested with those rights and no others."""
import json
import os
import subprocess

import yaml

from harness.wait import Failure

CHART = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", "..", "charts", "berth"))
NAMESPACE = "kube-system"

PATHS = {
    "ServiceAccount": "/api/v1/namespaces/{}/serviceaccounts",
    "ClusterRole": "/apis/rbac.authorization.k8s.io/v1/clusterroles",
    "ClusterRoleBinding": "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
    "Role": "/apis/rbac.authorization.k8s.io/v1/namespaces/{}/roles",
    "RoleBinding": "/apis/rbac.authorization.k8s.io/v1/namespaces/{}/rolebindings",
}


def helm(programs, *words, text=""):
    """Returns (exit code, standard output, standard error). `text` is its standard input."""
    done = subprocess.run([os.path.join(programs, "helm"), *words], capture_output=True, text=True, input=text)
    return done.returncode, done.stdout, done.stderr


def done(cluster, *words, namespace=NAMESPACE):
    """What helm prints when it has done something on the real API server."""
    code, out, error = helm(cluster.options.control_plane, *words, "--namespace", namespace, "--kubeconfig", cluster.admin_kubeconfig)
    if code:
        raise Failure(f"helm {' '.join(words)}: {error.strip()}")
    return out


def install(cluster, *flags, namespace=NAMESPACE, folder=CHART):
    return done(cluster, "install", "berth", folder, *flags, namespace=namespace)


def render(programs, *flags, release="berth", namespace=NAMESPACE, values=None, folder=CHART):
    """The objects of the chart. Not every helm was told which Kubernetes it was built for, hence --kube-version."""
    words = ["template", release, folder, "--namespace", namespace, "--kube-version", "v1.37.2", *flags]
    code, out, error = helm(programs, *words, *(("-f", "-") if values else ()), text=json.dumps(values) if values else "")
    if code:
        raise Failure(f"helm {' '.join(words)}: {error.strip()}")
    return [one for one in yaml.safe_load_all(out) if one]


def one(objects, kind, name=None):
    found = [each for each in objects if each["kind"] == kind and name in (None, each["metadata"]["name"])]
    if len(found) != 1:
        raise Failure(f"the chart has {len(found)} objects of kind {kind}")
    return found[0]


def grant(api, objects):
    """Creates the service account and its roles among `objects`."""
    for each in objects:
        if each["kind"] in PATHS:
            api.apply(PATHS[each["kind"]].format(each["metadata"].get("namespace")), each)


def grant_everything(api, account="stand-in", namespace=NAMESPACE):
    """For a program other than berth, whose rights are not what is tested."""
    api.apply(PATHS["ServiceAccount"].format(namespace), {"metadata": {"name": account}})
    api.apply(PATHS["ClusterRoleBinding"], {
        "metadata": {"name": account},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"kind": "ServiceAccount", "name": account, "namespace": namespace}]})


def token(api, account="berth", namespace=NAMESPACE):
    path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token"
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 3600}}
    return api.create(path, request)["status"]["token"]
