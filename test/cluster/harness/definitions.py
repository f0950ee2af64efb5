"""Kinds of other projects' operators, as far as the API server must know them to take their objects."""
from harness.api import ApiError
from harness.wait import until

KINDS = (("monitoring.coreos.com", "ServiceMonitor"), ("monitoring.coreos.com", "PrometheusRule"),
         ("cert-manager.io", "Certificate"), ("cert-manager.io", "Issuer"))


def define(api):
    """Any field is taken; the API server serves the kinds when this returns."""
    for group, kind in KINDS:
        plural = kind.lower() + "s"
        api.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": f"{plural}.{group}"},
            "spec": {"group": group, "scope": "Namespaced", "names": {"kind": kind, "plural": plural, "singular": kind.lower()},
                     "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {
                         "type": "object", "x-kubernetes-preserve-unknown-fields": True}}}]}})
    for group, kind in KINDS:
        until(lambda path=f"/apis/{group}/v1/{kind.lower()}s": served(api, path), 20, f"{kind} is not served")


def served(api, path):
    try:
        return api.get(path)["kind"].endswith("List")
    except ApiError:
        return False
