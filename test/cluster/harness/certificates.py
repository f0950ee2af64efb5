"""The keys of a control plane, made by openssl: one authority, a serving certificate, a client certificate per user."""
import os
import subprocess

SERVER_NAMES = "IP:127.0.0.1,IP:10.0.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc"


class Certificates:
    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.authority = self.new_authority("ca")
        self._key("service-account")
        self._openssl("pkey", "-in", self.path("service-account.key"), "-pubout", "-out", self.path("service-account.pub"))
        self.issue_server()

    def new_authority(self, name):
        self._key(name)
        self._openssl("req", "-x509", "-new", "-key", self.path(name + ".key"), "-subj", f"/CN=berth-test-{name}", "-days", "2",
                      "-out", self.path(name + ".crt"))
        return self.path(name + ".crt")

    def issue_server(self, authority="ca"):
        """What kube-apiserver serves with; while it runs, it notices that the files are others."""
        return self.issue("server", "/CN=kube-apiserver", f"subjectAltName={SERVER_NAMES}", authority=authority)

    def path(self, name):
        return os.path.join(self.folder, name)

    def user(self, name, group=None):
        """The certificate and key files of the user `name`."""
        file = name.replace(":", "-")
        if not os.path.exists(self.path(file + ".crt")):
            self.issue(file, (f"/O={group}" if group else "") + f"/CN={name}")
        return self.path(file + ".crt"), self.path(file + ".key")

    def issue(self, file, subject, extension="extendedKeyUsage=clientAuth", validity=("-days", "2"), authority="ca"):
        """`validity` as `openssl x509` takes it; a negative number of days makes one that has expired."""
        self._key(file)
        request, extensions = self.path(file + ".csr"), self.path(file + ".ext")
        self._openssl("req", "-new", "-key", self.path(file + ".key"), "-subj", subject, "-out", request)
        with open(extensions, "w", encoding="ascii") as out:
            out.write(extension + "\n")
        self._openssl("x509", "-req", "-in", request, "-CA", self.path(authority + ".crt"), "-CAkey", self.path(authority + ".key"),
                      "-CAcreateserial", *validity, "-extfile", extensions, "-out", self.path(file + ".crt"))
        return self.path(file + ".crt"), self.path(file + ".key")

    def _key(self, name):
        self._openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.path(name + ".key"))

    @staticmethod
    def _openssl(*words):
        subprocess.run(["openssl", *words], check=True, stdin=subprocess.DEVNULL, capture_output=True)
