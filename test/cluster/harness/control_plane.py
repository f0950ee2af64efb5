"""A real control plane on loopback ports: etcd and kube-apiserver (TLS, RBAC, client certificates, audit), and beside
them, when asked for, kube-controller-manager, kwok and kube-scheduler. All state lies in one folder."""
import json
import os
import shutil

from harness.api import Api, ApiError
from harness.certificates import Certificates
from harness.etcd import Etcd
from harness.ports import free_ports
from harness.processes import Process
from harness.wait import Failure, until

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ADMIN = ("admin", "system:masters")


class ControlPlane:
    """Starts at once; answers after `wait_ready`."""

    def __init__(self, programs, folder):
        self.programs = programs
        self.folder = folder
        self.processes = []
        self.etcd_port, self.peer_port, self.port = free_ports(3)
        self.certificates = Certificates(os.path.join(folder, "pki"))
        self._start_etcd()
        self._start_api_server()
        self.admin = self.api(*ADMIN)

    def wait_ready(self, seconds=60):
        try:
            self._wait_ready(seconds)
        except Failure:
            self.stop()
            raise
        # With no kube-controller-manager nobody else makes it, and without it no pod is admitted.
        self.admin.apply("/api/v1/namespaces/default/serviceaccounts", {"metadata": {"name": "default"}})

    # -- who asks

    def api(self, user, group=None):
        return Api(self.port, self.certificates.authority, self.certificates.user(user, group))

    def kubeconfig(self, user=ADMIN[0], group=ADMIN[1], **change):
        """A kubeconfig file (JSON is YAML) for a user with a client certificate; `change` replaces parts of it:
        port, server, authority, certificate (file, key), token_file, command (an exec plugin)."""
        server = change.get("server", f"https://127.0.0.1:{change.get('port', self.port)}")
        if "token_file" in change:
            who = {"tokenFile": change["token_file"]}
        elif "command" in change:
            who = {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": change["command"], "interactiveMode": "Never"}}
        else:
            file, secret = change.get("certificate") or self.certificates.user(user, group)
            who = {"client-certificate": file, "client-key": secret}
        cluster = {"server": server}
        if server.startswith("https:"):
            cluster["certificate-authority"] = change.get("authority", self.certificates.authority)
        path = os.path.join(self.folder, f"kubeconfig-{user.replace(':', '-')}-{len(os.listdir(self.folder))}")
        with open(path, "w", encoding="utf-8") as out:
            json.dump({
                "apiVersion": "v1", "kind": "Config", "current-context": "test",
                "clusters": [{"name": "test", "cluster": cluster}],
                "users": [{"name": user, "user": who}],
                "contexts": [{"name": "test", "context": {"cluster": "test", "user": user}}],
            }, out)
        return path

    # -- the parts

    def start(self, name, command, environment=None):
        process = Process(name, command, self.folder, environment)
        self.processes.append(process)
        return process

    def program(self, name):
        return os.path.join(self.programs, name)

    def _start_etcd(self):
        client, peer = (f"http://127.0.0.1:{port}" for port in (self.etcd_port, self.peer_port))
        self.etcd = self.start("etcd", [
            self.program("etcd"), "--data-dir", self._etcd_folder, "--unsafe-no-fsync",
            "--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peer,
            "--initial-advertise-peer-urls", peer, "--initial-cluster", f"default={peer}", "--log-level", "warn"])

    def _start_api_server(self):
        keys = self.certificates.path
        self.api_server = self.start("kube-apiserver", [
            self.program("kube-apiserver"), "--etcd-servers", f"http://127.0.0.1:{self.etcd_port}",
            "--bind-address", "127.0.0.1", "--advertise-address", "127.0.0.1", "--secure-port", self.port,
            "--tls-cert-file", keys("server.crt"), "--tls-private-key-file", keys("server.key"),
            "--client-ca-file", keys("ca.crt"), "--authorization-mode", "RBAC",
            "--service-account-key-file", keys("service-account.pub"),
            "--service-account-signing-key-file", keys("service-account.key"),
            "--service-account-issuer", "https://kubernetes.default.svc", "--service-cluster-ip-range", "10.0.0.0/24",
            "--endpoint-reconciler-type", "none",
            # It would taint every node not-ready until a kubelet says otherwise.
            "--disable-admission-plugins", "TaintNodesByCondition",
            "--audit-policy-file", os.path.join(HERE, "manifests", "audit-policy.yaml"),
            "--audit-log-path", self._audit_log])

    def start_controller_manager(self):
        keys = self.certificates.path
        return self.start("kube-controller-manager", [
            self.program("kube-controller-manager"), "--kubeconfig", self.kubeconfig(),
            "--controllers", "*,-nodelifecycle", "--leader-elect=false", "--secure-port", "0",
            "--service-account-private-key-file", keys("service-account.key"), "--root-ca-file", keys("ca.crt")])

    def start_kwok(self, stages=os.path.join(HERE, "manifests", "kwok-stages.yaml")):
        """Plays every node's kubelet: bound pods become Running, deleted ones go."""
        return self.start("kwok", [
            self.program("kwok"), "--kubeconfig", self.kubeconfig(), "--manage-all-nodes",
            "--config", stages, "--node-lease-duration-seconds", "0"],
            {**os.environ, "HOME": self.folder})

    def _wait_ready(self, seconds):
        def ready():
            for process in (self.etcd, self.api_server):
                if not process.running():
                    raise Failure(f"{process.name} ended with {process.exit_code()}:\n{process.log_tail()}")
            try:
                self.admin.get("/readyz")
                self.admin.get("/api/v1/namespaces/default")
                return True
            except (OSError, ApiError) as error:
                self.answer = error
                return False

        until(ready, seconds, lambda: f"kube-apiserver is not ready ({self.answer!r}):\n{self.api_server.log_tail()}")

    # -- what a bad day does to it

    def kill_api_server(self):
        self.api_server.kill()

    def start_api_server_again(self, seconds=60):
        """On the same port, with the same etcd behind it; its watch cache begins anew."""
        self.api_server.start()
        self._wait_ready(seconds)

    def copy_etcd(self):
        """A copy of what it has now, for restore_etcd."""
        self.etcd.kill()
        shutil.copytree(self._etcd_folder, self._etcd_folder + "-copy")
        self.etcd.start()
        self._wait_ready(60)

    def restore_etcd(self, seconds=60):
        """What came after the copy never was; versions of resources begin again where they were then."""
        self.api_server.kill()
        self.etcd.kill()
        shutil.rmtree(self._etcd_folder)
        shutil.copytree(self._etcd_folder + "-copy", self._etcd_folder)
        self.etcd.start()
        self.start_api_server_again(seconds)

    @property
    def _etcd_folder(self):
        return os.path.join(self.folder, "etcd")

    def forget_history(self):
        """Compacts etcd up to now, so that nothing before can be watched from. Returns the revision."""
        revision = int(self.store.ask("kv/range", {"key": "AA=="})["header"]["revision"])
        self.store.ask("kv/compaction", {"revision": revision, "physical": True})
        return revision

    @property
    def store(self):
        return Etcd(self.etcd_port)

    def audit(self, since=0):
        """What was asked of the API server, one event per answered request (see manifests/audit-policy.yaml); since a
        moment that `audit_position` told."""
        if not os.path.exists(self._audit_log):
            return []
        with open(self._audit_log, encoding="utf-8") as log:
            log.seek(since)
            return [json.loads(line) for line in log if line.endswith("\n")]

    def audit_position(self):
        return os.path.getsize(self._audit_log) if os.path.exists(self._audit_log) else 0

    @property
    def _audit_log(self):
        return os.path.join(self.folder, "audit.log")

    def stop(self):
        for process in reversed(self.processes):
            process.kill()
