#include "k8s/config/kubeconfig.hpp"

#include "k8s/text/base64.hpp"

#include <doctest/doctest.h>

using namespace berth::k8s;

namespace {

const std::string clusters = "clusters: [{name: c, cluster: {server: 'https://h:6443'}}]\n";
const std::string contexts = "contexts: [{name: k, context: {cluster: c, user: u}}]\ncurrent-context: k\n";

connection_settings resolved(const std::string& text, const connection_request& request = {}) {
  return resolve_kubeconfig({{"/etc/kc", text}}, request);
}

connection_settings with_user(const std::string& user) {
  return resolved(clusters + contexts + "users: [{name: u, user: " + user + "}]\n");
}

connection_settings with_cluster(const std::string& cluster) {
  return resolved("clusters: [{name: c, cluster: " + cluster + "}]\nusers: [{name: u, user: {}}]\n" + contexts);
}

template <class F>
std::string refusal(F f) {
  try {
    f();
  } catch (const config_error& e) {
    return e.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("kubeconfig: server, CA, certificate, key and token of the current context") {
  const auto s = resolved(R"(
apiVersion: v1
kind: Config
preferences: {}
clusters:
- name: other
  cluster: {server: "https://wrong"}
- name: c
  cluster:
    server: https://10.0.0.1:6443
    certificate-authority: pki/ca.crt
    tls-server-name: kubernetes
users:
- name: u
  user: {client-certificate: /abs/me.crt, client-key: ../me.key, token: abc, tokenFile: tok}
contexts:
- name: k
  context: {cluster: c, user: u, namespace: team}
current-context: k
)");
  CHECK(s.server.text() == "https://10.0.0.1:6443");
  CHECK(s.tls_server_name == "kubernetes");
  CHECK(s.certificate_authority.file == "/etc/pki/ca.crt");
  CHECK(s.client_certificate.file == "/abs/me.crt");
  CHECK(s.client_key.file == "/me.key");
  CHECK(s.token == "abc");
  CHECK(s.token_file.file == "/etc/tok");
  CHECK(s.token_file.field == "/etc/kc: users[0].user.tokenFile");
  CHECK(s.certificate_authority.field == "/etc/kc: clusters[1].cluster.certificate-authority");
  CHECK(s.default_namespace == "team");
  CHECK(s.source == "/etc/kc, context k");
}

TEST_CASE("kubeconfig: it may be JSON") {
  const auto s = resolved(R"({"clusters":[{"name":"c","cluster":{"server":"http://h:1"}}],
    "contexts":[{"name":"k","context":{"cluster":"c"}}],"current-context":"k"})");
  CHECK(s.server.text() == "http://h:1");
}

TEST_CASE("kubeconfig: data fields are decoded from base64") {
  const auto s = with_cluster("{server: 'https://h', certificate-authority-data: " + encode_base64("CA") + "}");
  CHECK(s.certificate_authority.text == "CA");
  CHECK(refusal([] { with_cluster("{server: 'https://h', certificate-authority-data: '%%'}"); }) ==
        "/etc/kc: clusters[0].cluster.certificate-authority-data: not base64");
  const auto u =
      with_user("{client-certificate-data: " + encode_base64("C") + ", client-key-data: " + encode_base64("K") + "}");
  CHECK(u.client_certificate.text == "C");
  CHECK(u.client_key.text == "K");
}

TEST_CASE("kubeconfig: another context may be asked for, and another server") {
  const std::string two =
      "clusters: [{name: c, cluster: {server: 'https://a', certificate-authority: ca}}, {name: d, cluster: {server: "
      "'https://b'}}]\n"
      "contexts: [{name: k, context: {cluster: c}}, {name: l, context: {cluster: d}}]\ncurrent-context: k\n";
  CHECK(resolved(two).server.host == "a");
  CHECK(resolved(two, {.kubeconfig = "", .context = "l", .server = ""}).server.host == "b");
  const auto s = resolved(two, {.kubeconfig = "", .context = "", .server = "z:7"});
  CHECK(s.server.text() == "http://z:7");
  const auto tls = resolved(two, {.kubeconfig = "", .context = "", .server = "https://z:7"});
  CHECK(tls.server.text() == "https://z:7");
  CHECK(tls.certificate_authority.file == "/etc/ca");
}

TEST_CASE("kubeconfig: of several files the first to name a thing wins, whole, and the first current-context") {
  const auto s = resolve_kubeconfig(
      {{"/a/1", "current-context: k\nusers: [{name: u, user: {token: first}}]\ncontexts: []\n"},
       {"/b/2", clusters + "contexts: [{name: k, context: {cluster: c, user: u}}]\ncurrent-context: other\n"
                           "users: [{name: u, user: {token: second, tokenFile: t}}]\n"}},
      {});
  CHECK(s.token == "first");
  CHECK(s.token_file.empty());
  CHECK(s.server.host == "h");
  CHECK(s.source == "/b/2, context k");
}

TEST_CASE("kubeconfig: relative paths are relative to the file that has them") {
  const auto s =
      resolve_kubeconfig({{"/a/1", contexts}, {"/b/2", clusters + "users: [{name: u, user: {tokenFile: t}}]\n"}}, {});
  CHECK(s.token_file.file == "/b/t");
}

TEST_CASE("kubeconfig: what is missing is named by file and field, with what there is") {
  CHECK(refusal([] { resolved(clusters); }) == "/etc/kc: current-context: not set");
  CHECK(refusal([] { resolved(""); }) == "/etc/kc: current-context: not set");
  CHECK(refusal([] {
          resolved(clusters + "current-context: q\ncontexts: [{name: b, context: {}}, {name: a, context: {}}]\n");
        }) == "/etc/kc: current-context: there is no context \"q\"; there is: a, b");
  CHECK(refusal([] { resolved(clusters, {.kubeconfig = "", .context = "x", .server = ""}); }) ==
        "/etc/kc: contexts: there is no context \"x\"; there is: none");
  CHECK(refusal([] { resolved(contexts); }) ==
        "/etc/kc: contexts[0].context.cluster: there is no cluster \"c\"; there is: none");
  CHECK(refusal([] { resolved(clusters + contexts); }) ==
        "/etc/kc: contexts[0].context.user: there is no user \"u\"; there is: none");
  CHECK(refusal([] { resolved("contexts: [{name: k, context: {user: u}}]\ncurrent-context: k\n"); }) ==
        "/etc/kc: contexts[0].context.cluster: not set");
  CHECK(refusal([] { with_cluster("{}"); }) == "/etc/kc: clusters[0].cluster.server: not set");
  CHECK(refusal([] { with_user("{client-certificate: a}"); }) ==
        "/etc/kc: users[0].user.client-key: not set, nor is client-key-data, but a client certificate is");
}

TEST_CASE("kubeconfig: what is malformed is named by file and field") {
  CHECK(
      refusal([] { resolved("clusters: 7\n" + contexts); }).starts_with("/etc/kc: clusters: expected a list, found "));
  CHECK(refusal([] { resolved("[1]"); }).starts_with("/etc/kc: expected a map, found a list"));
  CHECK(refusal([] { resolved("kind: Pod\n"); }) == "/etc/kc: kind: \"Pod\" is not \"Config\"");
  CHECK(refusal([] { resolved("apiVersion: v2\n"); }) == "/etc/kc: apiVersion: \"v2\" is not \"v1\"");
  CHECK(refusal([] { with_user(R"({token: "a\r\nX: y"})"); }) ==
        "/etc/kc: users[0].user.token: has control characters");
  CHECK(refusal([] { with_user("{token: [a]}"); }) == "/etc/kc: users[0].user.token: expected a string, found a list");
  CHECK(refusal([] { with_cluster("{server: 'https://h', insecure-skip-tls-verify: 'yes'}"); }) ==
        "/etc/kc: clusters[0].cluster.insecure-skip-tls-verify: expected true or false, found a string");
  CHECK(refusal([] {
          with_cluster("{server: 'gopher://h'}");
        }).starts_with("/etc/kc: clusters[0].cluster.server: \"gopher://h\""));
  CHECK(refusal([] { resolved("a: [\n"); }).starts_with("/etc/kc:"));
  CHECK(refusal([] {
          resolved(
              "clusters: [{name: c, cluster: {server: 'https://a'}}, {name: c, cluster: {server: 'https://b'}}]\n" +
              contexts);
        }) == "/etc/kc: clusters[1].name: \"c\" is given twice");
}

TEST_CASE("kubeconfig: an error is one line, whatever the file has in its names") {
  CHECK(refusal([] { resolved(clusters + "current-context: \"a\\nb\"\n"); }) ==
        "/etc/kc: current-context: there is no context \"a b\"; there is: none");
}

TEST_CASE("kubeconfig: insecure-skip-tls-verify and a CA exclude each other") {
  CHECK(with_cluster("{server: 'https://h', insecure-skip-tls-verify: true}").insecure_skip_tls_verify);
  CHECK(refusal(
            [] { with_cluster("{server: 'https://h', insecure-skip-tls-verify: true, certificate-authority: a}"); }) ==
        "/etc/kc: clusters[0].cluster.insecure-skip-tls-verify: must not be set together with a certificate authority");
}

TEST_CASE("kubeconfig: credentials are not sent to http servers") {
  const auto s = resolved(
      "clusters: [{name: c, cluster: {server: 'http://h'}}]\nusers: [{name: u, user: {token: secret}}]\n" + contexts);
  CHECK(s.token.empty());
}

TEST_CASE("kubeconfig: a context without a user is anonymous") {
  CHECK(resolved(clusters + "contexts: [{name: k, context: {cluster: c}}]\ncurrent-context: k\n").token.empty());
}

TEST_CASE("kubeconfig: what is not supported is refused by name") {
  CHECK(refusal([&] { with_user("{auth-provider: {name: gcp}}"); }) ==
        "/etc/kc: users[0].user.auth-provider: not supported; token, tokenFile, client-certificate and exec are");
  CHECK(refusal([] { with_cluster("{server: 'https://h', proxy-url: 'https://p'}"); }) ==
        "/etc/kc: clusters[0].cluster.proxy-url: only http:// proxies are supported");
  CHECK(refusal([] {
          with_cluster("{server: 'https://h', proxy-url: 'socks5://p'}");
        }).find("neither http nor https") != std::string::npos);
}

TEST_CASE("kubeconfig: a name and password, unless there is a token") {
  CHECK(with_user("{username: me, password: 'p:w'}").basic_auth == "me:p:w");
  CHECK(with_user("{username: me}").basic_auth == "me:");
  CHECK(refusal([] { with_user("{username: me, token: t}"); }) ==
        "/etc/kc: users[0].user.username: must not be set together with a token");
}

TEST_CASE("kubeconfig: what is empty or null is absent, whatever the field") {
  const auto plain = with_user("{token: t}");
  for (const char* field :
       {"username: ''", "password: ''", "tokenFile: ''", "client-certificate: ''", "client-certificate-data: ''",
        "client-key: ''", "client-key-data: ''", "as: ''", "as-uid: ''", "as-groups: []", "as-user-extra: {}",
        "extensions: []", "exec: null", "auth-provider: null", "as-user-extra: null", "as-groups: ~",
        "username:", "unknown: [1]"}) {
    CAPTURE(field);
    CHECK(with_user("{token: t, " + std::string(field) + "}") == plain);
  }
  CHECK(with_user("{token: '', client-key: null}") == with_user("{}"));
  const auto bare = with_cluster("{server: 'https://h'}");
  for (const char* field :
       {"certificate-authority: ''", "certificate-authority-data: ''", "proxy-url: ''", "tls-server-name: ''",
        "insecure-skip-tls-verify: null", "extensions: []", "extensions: null", "disable-compression: true"}) {
    CAPTURE(field);
    CHECK(with_cluster("{server: 'https://h', " + std::string(field) + "}") == bare);
  }
  CHECK(resolved(clusters + "contexts: [{name: k, context: {cluster: c, user: '', namespace: ''}}]\ncurrent-context: "
                            "k\nusers: null\npreferences: null\nextensions: null\nkind: ''\napiVersion: ''\n") ==
        resolved(clusters + "contexts: [{name: k, context: {cluster: c}}]\ncurrent-context: k\n"));
  CHECK(resolved(clusters + contexts + "users: [{name: u}]\n") == with_user("{}"));
}

TEST_CASE("kubeconfig: of duplicate keys the last wins, and a second document is not read") {
  CHECK(with_user("{token: a, token: b}").token == "b");
  CHECK(resolved(clusters + contexts + "users: [{name: u, user: {token: t}}]\n---\nkind: Pod\nusers: [\n").token ==
        "t");
  CHECK(resolved("users: []\n" + clusters + contexts + "users: [{name: u, user: {token: t}}]\n").token == "t");
}

TEST_CASE("kubeconfig: data as !!binary, with spare bits, and in lines of any end") {
  const auto authority = [](const std::string& data) {
    return with_cluster("{server: 'https://h', certificate-authority-data: " + data + "}").certificate_authority.text;
  };
  CHECK(authority("!!binary " + encode_base64(encode_base64("CA"))) == "CA");
  CHECK(authority("Q0F=") == "CA");
  CHECK(authority("\"Q0\\r\\nE=\\n\"") == "CA");
  CHECK(refusal([&] { authority("'Q0 E='"); }) ==
        "/etc/kc: clusters[0].cluster.certificate-authority-data: not base64");
  CHECK(refusal([&] { authority("Q0E"); }).ends_with("not base64"));
}

TEST_CASE("kubeconfig: a client key without a certificate is ignored") {
  CHECK(with_user("{client-key: missing.key, token: t}") == with_user("{token: t}"));
  CHECK(with_user("{client-key-data: '%%'}") == with_user("{}"));
}

TEST_CASE("kubeconfig: of data and file the data count, and are what errors name") {
  const auto s =
      with_user("{client-certificate: c, client-certificate-data: Qw==, client-key: k, client-key-data: Sw==}");
  CHECK(s.client_certificate == file_or_text{"", "C", "/etc/kc: users[0].user.client-certificate-data"});
  CHECK(s.client_key == file_or_text{"", "K", "/etc/kc: users[0].user.client-key-data"});
  const auto mixed = with_user("{client-certificate: c, client-key-data: Sw==}");
  CHECK(mixed.client_certificate == file_or_text{"/etc/c", "", "/etc/kc: users[0].user.client-certificate"});
  CHECK(mixed.client_key.text == "K");
}

TEST_CASE("kubeconfig: a server without a scheme is spoken to in plain http, and then nothing of TLS is looked at") {
  const auto s =
      with_cluster("{server: 'h:6443', certificate-authority: a, insecure-skip-tls-verify: true, tls-server-name: x}");
  CHECK(s.server.text() == "http://h:6443");
  CHECK(s.certificate_authority.empty());
  CHECK_FALSE(s.insecure_skip_tls_verify);
  CHECK(resolved("clusters: [{name: c, cluster: {server: 'http://h'}}]\n" + contexts).server.text() == "http://h:80");
}

TEST_CASE("kubeconfig: impersonation becomes headers") {
  const auto s = with_user("{as: jane, as-uid: '7', as-groups: [a, b], as-user-extra: {'acme.io/Z %': [c, d], e: []}}");
  const std::vector<std::pair<std::string, std::string>> expected{{"Impersonate-User", "jane"},
                                                                  {"Impersonate-Uid", "7"},
                                                                  {"Impersonate-Group", "a"},
                                                                  {"Impersonate-Group", "b"},
                                                                  {"Impersonate-Extra-acme.io%2FZ%20%25", "c"},
                                                                  {"Impersonate-Extra-acme.io%2FZ%20%25", "d"}};
  CHECK(s.impersonation == expected);
  for (const char* alone : {"as-groups: [a]", "as-uid: '7'", "as-user-extra: {x: [z]}", "as-user-extra: {x: []}"})
    CHECK(refusal([&] { with_user("{" + std::string(alone) + "}"); }) ==
          "/etc/kc: users[0].user.as: not set, but as-uid, as-groups or as-user-extra are");
  CHECK(refusal([] { with_user(R"({as: "a\r\nX: y"})"); }) == "/etc/kc: users[0].user.as: has control characters");
}

TEST_CASE("kubeconfig: proxy-url") {
  CHECK(with_cluster("{server: 'https://h', proxy-url: 'http://u:p@proxy:3128'}").proxy->authority() == "proxy:3128");
}

TEST_CASE("kubeconfig: an exec plugin with all it may have") {
  const auto s = resolved(R"(
clusters:
- name: c
  cluster:
    server: https://h
    extensions: [{name: other, extension: 1}, {name: client.authentication.k8s.io/exec, extension: {audience: x}}]
users:
- name: u
  user:
    exec: {apiVersion: client.authentication.k8s.io/v1, command: ./bin/login, args: [a, "b c"], env: [{name: K, value: v}],
           interactiveMode: IfAvailable, provideClusterInfo: true, installHint: get it}
)" + contexts);
  REQUIRE(s.exec);
  CHECK(s.exec->command == "/etc/bin/login");
  CHECK(s.exec->args == std::vector<std::string>{"a", "b c"});
  CHECK(s.exec->env == std::vector<std::pair<std::string, std::string>>{{"K", "v"}});
  CHECK(s.exec->provide_cluster_info);
  CHECK(s.exec->install_hint == "get it");
  REQUIRE(s.exec->cluster_config.find("audience"));
  CHECK(*s.exec->cluster_config.find("audience")->as_string() == "x");
}

// Files on which other clients failed: fabric8io/kubernetes-client#3733, kubernetes-client/python#637,
// kube-rs/kube#1594 and #1076, kubernetes/kubernetes#53661.
TEST_CASE("kubeconfig: files of public reports are read as client-go reads them") {
  const auto exec = with_user(
                        "{exec: {apiVersion: client.authentication.k8s.io/v1beta1, args: null, command: /tmp/auth.sh, "
                        "env: null, installHint: null, interactiveMode: IfAvailable, provideClusterInfo: false}}")
                        .exec;
  REQUIRE(exec);
  CHECK(exec->command == "/tmp/auth.sh");
  CHECK(exec->args.empty());
  CHECK(exec->env.empty());

  const auto proxied = resolved(
      "apiVersion: v1\nclusters:\n- cluster: {insecure-skip-tls-verify: true, server: 'http://localhost:8001'}\n"
      "  name: testt\ncontexts:\n- context: {cluster: testt, user: ''}\n  name: testt\ncurrent-context: testt\n"
      "kind: Config\npreferences: {}\nusers: null\n");
  CHECK(proxied.server.text() == "http://localhost:8001");
  CHECK(proxied.token.empty());

  const auto beside = resolved(clusters +
                               "contexts: [{name: broken}, {name: empty, context: }, {context: {cluster: c}}, "
                               "{name: k, context: {cluster: c, user: u}}]\ncurrent-context: k\n"
                               "users: [{name: g, user: {auth-provider: {name: gcp, config: ~}}}, {name: w}, "
                               "{name: u, user: {token: t}}]\n");
  CHECK(beside.token == "t");

  const auto folded = resolved(
      "clusters:\n- name: c\n  cluster:\n    server: https://h\n    certificate-authority-data: |\n      Q0E\n      =\n"
      "contexts: [{name: k, context: {cluster: c}}]\ncurrent-context: k\n");
  CHECK(folded.certificate_authority.text == "CA");
}

TEST_CASE("kubeconfig: an exec plugin's command without a slash is looked for on PATH") {
  CHECK(with_user("{exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws}}").exec->command == "aws");
}

TEST_CASE("kubeconfig: an exec plugin that cannot work is refused by field") {
  const auto exec = [](const std::string& fields) { return refusal([&] { with_user("{exec: {" + fields + "}}"); }); };
  const std::string v1 = "apiVersion: client.authentication.k8s.io/v1, ";
  const std::string beta = "apiVersion: client.authentication.k8s.io/v1beta1, ";
  const std::string at = "/etc/kc: users[0].user.exec.";
  CHECK(exec("command: x") ==
        at + "apiVersion: \"\" is neither client.authentication.k8s.io/v1 nor client.authentication.k8s.io/v1beta1");
  CHECK(exec("apiVersion: client.authentication.k8s.io/v1alpha1, command: x")
            .starts_with(at + "apiVersion: \"client.authentication.k8s.io/v1alpha1\" is neither"));
  CHECK(exec(v1 + "interactiveMode: Never") == at + "command: not set");
  CHECK(exec(v1 + "command: x") == at + "interactiveMode: \"\" is neither Never nor IfAvailable");
  CHECK(exec(v1 + "command: x, interactiveMode: Always") ==
        at + "interactiveMode: Always: there is no terminal to ask on");
  CHECK(exec(beta + "command: x, interactiveMode: Perhaps") ==
        at + "interactiveMode: \"Perhaps\" is neither Never nor IfAvailable");
  CHECK(exec(beta + "command: x, args: [1]") == at + "args[0]: expected a string, found an integer");
  CHECK(exec(beta + "command: x, env: [{value: v}]") == at + "env[0].name: not set");
}
