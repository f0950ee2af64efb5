"""Every form of kubeconfig that kubectl connects with, berth connects with; what kubectl refuses before it asks anybody, berth
refuses in one line that names the file, or stands among the forms that berth is kinder to."""
import base64
import json
import os
import subprocess

from harness import chart
from harness.scheduler import configuration, write
from harness.wait import expect, until

SECONDS = 20

# Refused by kubectl, and nothing is lost by reading them.
KINDER = {"authority as data and as a file", "certificate as data and as a file", "unused user of a wrong type",
          "unused authority that is no base64"}


def encoded(text):
    return base64.b64encode(text.encode()).decode()


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


class Forms:
    def __init__(self, cluster):
        plane = cluster.plane
        chart.grant(cluster.api, chart.render(cluster.options.control_plane))
        self.folder = os.path.join(cluster.folder, "forms")
        os.makedirs(self.folder, exist_ok=True)
        self.server = f"https://127.0.0.1:{plane.port}"
        self.token = chart.token(cluster.api, "berth")
        self.authority = read(plane.certificates.authority)
        self.authority_file = plane.certificates.authority
        self.certificate_file, self.key_file = plane.certificates.user("admin", "system:masters")
        self.certificate, self.key = read(self.certificate_file), read(self.key_file)
        write(self.folder, "token", f" {self.token}\r\n")
        odd = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
        write(self.folder, "odd-ca.crt", odd + self.authority + odd)
        write(self.folder, "both.pem", self.key + self.certificate)
        self.all = {}
        self.write_all()

    def text(self, cluster="", user=None, before="", after="", context="cluster: c, user: u"):
        """A kubeconfig in YAML; `cluster` and `user` are fields of the one cluster and the one user."""
        user = f"token: {self.token}" if user is None else user
        cluster = cluster if "certificate-authority" in cluster or "insecure" in cluster else (
            f"{cluster}\n    certificate-authority-data: {encoded(self.authority)}")
        server = "" if "server:" in cluster else f"server: {self.server}"
        return (f"{before}apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster:\n    {server}\n    {cluster}\n"
                f"contexts:\n- name: x\n  context: {{{context}}}\ncurrent-context: x\nusers:\n- name: u\n  user:\n    {user}\n{after}")

    def write_all(self):
        def add(name, text):
            path = os.path.join(self.folder, name.replace(" ", "-") + ".kubeconfig")
            with open(path, "wb") as out:
                out.write(text if isinstance(text, bytes) else text.encode())
            self.all[name] = path

        token = f"token: {self.token}\n    "
        data = encoded(self.authority)
        pair = f"client-certificate-data: {encoded(self.certificate)}\n    client-key-data: {encoded(self.key)}"
        plain = self.text()
        add("plain", plain)
        for field in ("username: ''", "password: ''", "tokenFile: ''", "client-certificate: ''", "client-certificate-data: ''",
                      "client-key: ''", "client-key-data: ''", "as: ''", "as-uid: ''", "as-groups: []", "as-user-extra: {}",
                      "exec: null", "auth-provider: null", "extensions: []", "unknown: [1]"):
            add("user " + field.split(":")[0] + " empty", self.text(user=token + field))
        for field in ("certificate-authority: ''", "proxy-url: ''", "tls-server-name: ''", "insecure-skip-tls-verify: null",
                      "extensions: []", "disable-compression: true"):
            add("cluster " + field.split(":")[0] + " empty", self.text(f"certificate-authority-data: {data}\n    {field}"))
        add("duplicate key", self.text(user=f"token: wrong\n    token: {self.token}"))
        add("merge key", self.text(user=f"<<: {{token: {self.token}}}"))
        add("second document", self.text(after="---\nkind: Pod\nusers: [\n"))
        add("binary", self.text(f"certificate-authority-data: !!binary {encoded(data)}"))
        spare = self.authority + "\n" * (1 + (1 - (len(self.authority) + 1)) % 3)
        tail = encoded(spare)
        add("spare bits", self.text(f"certificate-authority-data: {tail[:-3]}{chr(ord(tail[-3]) + 1)}=="))
        add("lines in base64", self.text('certificate-authority-data: "%s\\r\\n%s\\n"' % (data[:76], data[76:])))
        add("blanks in base64", self.text(f"certificate-authority-data: '{data[:76]} {data[76:]}'"))
        add("no padding", self.text("certificate-authority-data: " + tail.rstrip("=")))
        add("key without a certificate", self.text(user=token + "client-key: missing.key"))
        add("client certificate as data", self.text(user=pair))
        add("client certificate in files", self.text(
            user=f"client-certificate: {self.certificate_file}\n    client-key: {self.key_file}"))
        add("certificate in a file and key as data", self.text(
            user=f"client-certificate: {self.certificate_file}\n    client-key-data: {encoded(self.key)}"))
        add("certificate and key in one file", self.text(user="client-certificate: both.pem\n    client-key: both.pem"))
        add("certificate without a key", self.text(user=f"client-certificate-data: {encoded(self.certificate)}"))
        add("certificate as data and as a file", self.text(user=f"{pair}\n    client-certificate: {self.certificate_file}"))
        add("token file", self.text(user="tokenFile: token"))
        add("token beside a token file that is missing", self.text(user=token + "tokenFile: missing"))
        add("token file that is missing", self.text(user="tokenFile: missing"))
        add("authority in a file", self.text(f"certificate-authority: {self.authority_file}"))
        add("authority that is missing", self.text("certificate-authority: missing.crt"))
        add("authority as data and as a file", self.text(
            f"certificate-authority: {self.authority_file}\n    certificate-authority-data: {data}"))
        add("bundle with odd certificates", self.text("certificate-authority: odd-ca.crt"))
        add("authority that is no certificate", self.text(f"certificate-authority-data: {encoded('hello')}"))
        add("insecure", self.text("insecure-skip-tls-verify: true"))
        add("insecure with an authority", self.text(
            f"insecure-skip-tls-verify: true\n    certificate-authority-data: {data}"))
        add("tls server name", self.text(f"certificate-authority-data: {data}\n    tls-server-name: kubernetes.default"))
        add("impersonation", self.text(user=f"{pair}\n    as: admin\n    as-groups: ['system:masters']\n"
                                            "    as-user-extra: {'acme.io/Z': [z]}"))
        add("extra without a user", self.text(user=token + "as-user-extra: {x: [z]}"))
        add("duplicate user", self.text(after=f"- name: u\n  user: {{token: {self.token}}}\n"))
        add("no current context", plain.replace("current-context: x\n", ""))
        add("current context that is missing", plain.replace("current-context: x", "current-context: z"))
        add("another kind", plain.replace("kind: Config", "kind: Pod"))
        add("another version", plain.replace("apiVersion: v1", "apiVersion: v2"))
        add("no kind", plain.replace("apiVersion: v1\nkind: Config\n", ""))
        add("token of a wrong type", self.text(user="token: 5"))
        add("unused user of a wrong type", self.text(after="- name: w\n  user: {token: 5}\n"))
        add("unused authority that is no base64", plain.replace(
            "clusters:\n", "clusters:\n- name: w\n  cluster: {server: s, certificate-authority-data: '%%'}\n"))
        add("byte order mark", "\ufeff" + plain)
        add("line ends of Windows", plain.replace("\n", "\r\n"))
        add("UTF-16", b"\xff\xfe" + plain.replace("\n", "\r\n").encode("utf-16le"))
        add("JSON", json.dumps({
            "current-context": "x", "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
            "clusters": [{"name": "c", "cluster": {"server": self.server, "certificate-authority-data": data}}],
            "users": [{"name": "u", "user": {"token": self.token}}]}, indent="\t"))


def run(cluster):
    forms = Forms(cluster)
    config = write(cluster.folder, "forms.yaml", configuration())
    connected, refused = 0, 0
    for name, path in forms.all.items():
        kubectl = subprocess.run([cluster.plane.program("kubectl"), "--kubeconfig", path, "get", "nodes"], timeout=60,
                                 capture_output=True, text=True, check=False,
                                 env={"PATH": os.environ["PATH"], "HOME": cluster.folder})
        wanted = kubectl.returncode == 0 or name in KINDER
        expect(kubectl.returncode != 0 or name not in KINDER, f"{name}: kubectl reads it by now")
        if wanted:
            connects(cluster, name, path, kubectl.stderr)
            connected += 1
        else:
            refuses(cluster, name, path, config, kubectl.stderr)
            refused += 1
    expect(connected > 40 and refused > 10, f"{connected} forms connect, {refused} are refused")
    return f"{connected} forms connect as kubectl does, {refused} are refused as kubectl refuses them"


def connects(cluster, name, path, kubectl):
    started = cluster.berth(name="form", kubeconfig=path, ready=False)

    def ready():
        expect(started.process.running(), f"{name}: refused, kubectl says {kubectl!r}:\n{started.process.log_tail()}")
        return started.fetch("/readyz")[0] == 200

    until(ready, SECONDS, lambda: f"{name}: not ready:\n{started.process.log_tail()}")
    started.kill()
    cluster.schedulers.remove(started)


def refuses(cluster, name, path, config, kubectl):
    done = subprocess.run([cluster.options.berth, "run", "--config", config, "--kubeconfig", path,
                           "--secure-port", "0"], timeout=SECONDS, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, check=False, env={"HOME": cluster.folder})
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    expect(done.returncode == 1 and len(lines) == 1,
           f"{name}: exit code {done.returncode}, kubectl says {kubectl!r}:\n{done.stderr[-2000:]}")
    expect(path in lines[0], f"{name}: the file is not named: {lines[0]}")
