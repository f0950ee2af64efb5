#include "k8s/config/kubeconfig.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace berth::k8s;

namespace {

const std::string account = "/var/run/secrets/kubernetes.io/serviceaccount/";

std::string kubeconfig(const std::string& host) {
  return "clusters: [{name: c, cluster: {server: 'https://" + host +
         "'}}]\ncontexts: [{name: k, context: {cluster: c}}]\ncurrent-context: k\n";
}

struct world {
  std::map<std::string, std::string> variables;
  std::map<std::string, std::string> files;

  environment outside() const {
    const auto look_up = [](const std::map<std::string, std::string>& in,
                            const std::string& name) -> std::optional<std::string> {
      const auto found = in.find(name);
      return found == in.end() ? std::nullopt : std::optional(found->second);
    };
    return {.variable = [look_up, in = variables](const std::string& name) { return look_up(in, name); },
            .read_file = [look_up, in = files](const std::string& name) { return look_up(in, name); }};
  }
  connection_settings find(const connection_request& request = {}) const { return find_connection(request, outside()); }
  std::string refusal(const connection_request& request = {}) const {
    try {
      find(request);
    } catch (const config_error& e) {
      return e.what();
    }
    return "accepted";
  }
};

world pod() {
  return {.variables = {{"KUBERNETES_SERVICE_HOST", "10.96.0.1"}, {"KUBERNETES_SERVICE_PORT", "443"}},
          .files = {{account + "token", "t"}, {account + "ca.crt", "ca"}, {account + "namespace", "team\n"}}};
}

}  // namespace

TEST_CASE("connection: an explicit file before KUBECONFIG, before the home directory, before the cluster we are in") {
  world w = pod();
  w.variables["KUBECONFIG"] = "/k";
  w.variables["HOME"] = "/home/me";
  w.files["/e"] = kubeconfig("explicit");
  w.files["/k"] = kubeconfig("listed");
  w.files["/home/me/.kube/config"] = kubeconfig("home");
  CHECK(w.find({.kubeconfig = "/e", .context = "", .server = ""}).server.host == "explicit");
  CHECK(w.find().server.host == "listed");
  w.variables.erase("KUBECONFIG");
  CHECK(w.find().server.host == "home");
  w.files.erase("/home/me/.kube/config");
  CHECK(w.find().server.host == "10.96.0.1");
}

TEST_CASE("connection: an explicit file must exist") {
  CHECK(pod().refusal({.kubeconfig = "/nix", .context = "", .server = ""}) ==
        "/nix: no such file (--kubeconfig or clientConnection.kubeconfig)");
}

TEST_CASE("connection: KUBECONFIG is a list, what is missing in it is passed over") {
  world w{.variables = {{"KUBECONFIG", ":/nix:/a:/b:/a:"}},
          .files = {{"/a", kubeconfig("a")}, {"/b", kubeconfig("b")}}};
  CHECK(w.find().server.host == "a");
}

TEST_CASE("connection: in a cluster, the service account's files") {
  const auto s = pod().find();
  CHECK(s.server.text() == "https://10.96.0.1:443");
  CHECK(s.token_file.file == account + "token");
  CHECK(s.certificate_authority.file == account + "ca.crt");
  CHECK(s.default_namespace == "team");
  CHECK(s.source == "service account");
}

TEST_CASE("connection: in a cluster, a kubeconfig without a byte in it is none") {
  world w = pod();
  w.variables["KUBECONFIG"] = "/k";
  w.files["/k"] = "";
  CHECK(w.find().source == "service account");
  w.files["/k"] = kubeconfig("listed");
  CHECK(w.find().server.host == "listed");
}

TEST_CASE("connection: in a cluster of IPv6") {
  world w = pod();
  w.variables["KUBERNETES_SERVICE_HOST"] = "fd00::1";
  CHECK(w.find().server.text() == "https://[fd00::1]:443");
}

TEST_CASE("connection: in a cluster, a file that is not mounted is named") {
  world w = pod();
  w.files.erase(account + "token");
  CHECK(w.refusal() ==
        account + "token: no such file: is the service account's token mounted (automountServiceAccountToken)?");
  w = pod();
  w.files.erase(account + "ca.crt");
  CHECK(w.refusal().starts_with(account + "ca.crt: no such file"));
}

TEST_CASE("connection: a server given by itself is enough") {
  const auto s = world{}.find({.kubeconfig = "", .context = "", .server = "http://127.0.0.1:8080"});
  CHECK(s.server.text() == "http://127.0.0.1:8080");
  CHECK(s.source == "--master");
}

TEST_CASE("connection: nowhere to connect to, and where was looked") {
  CHECK(world{}.refusal() ==
        "no API server to connect to: no --kubeconfig, none of these files exists: (neither $KUBECONFIG nor $HOME is "
        "set), "
        "and $KUBERNETES_SERVICE_HOST is not set (not in a cluster)");
  CHECK(world{.variables = {{"HOME", "/home/ann"}}, .files = {}}.refusal().find(
            "none of these files exists: /home/ann/.kube/config,") != std::string::npos);
  CHECK(world{.variables = {{"KUBECONFIG", "/x:/y"}}, .files = {}}.refusal().find("/x, /y") != std::string::npos);
}

TEST_CASE("connection: the environment's proxy serves where the kubeconfig names none") {
  world w{.variables = {{"HTTPS_PROXY", "http://p:3128"}, {"KUBECONFIG", "/k"}}, .files = {{"/k", kubeconfig("h")}}};
  CHECK(w.find().proxy->text() == "http://p:3128");
  w.variables["NO_PROXY"] = "h";
  CHECK_FALSE(w.find().proxy);
  w.variables["HTTPS_PROXY"] = "https://p";
  w.variables.erase("NO_PROXY");
  CHECK(w.refusal() == "the proxy https://p:443: only http:// proxies are supported");
}

TEST_CASE("connection: the process's own environment reads files and knows which are missing") {
  const auto own = environment::of_process();
  CHECK_FALSE(own.read_file("/nonexistent/file"));
  CHECK(own.read_file("/proc/self/comm"));
  CHECK_THROWS_AS(own.read_file("/"), config_error);
  CHECK_FALSE(own.variable("BERTH_THERE_IS_NO_SUCH_VARIABLE"));
}
