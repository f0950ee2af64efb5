#include "controller/config/options.hpp"
#include "controller/commands/run_settings.hpp"
#include "controller/process/identity.hpp"
#include "test/controller/config/command_lines.hpp"

#include <doctest/doctest.h>

using namespace berth::controller;
using namespace std::chrono_literals;
using namespace berth::test;

TEST_CASE("options: without words berth schedules, with its defaults") {
  const run_options o = run({});
  CHECK(o.scheduler_name == "berth");
  CHECK(o.verbosity == 2);
  CHECK(o.metrics_bind_address.empty());
  CHECK(o.serving.secure_port == 10259);
  CHECK(o.serving.always_allow_paths == std::vector<std::string>{"/healthz", "/readyz", "/livez"});
  CHECK_FALSE(o.leader_elect);
  CHECK_FALSE(o.qps);
}

TEST_CASE("options: kube-scheduler's flags, in every way in which Go takes them") {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"--config=c.yaml", "-v=4", "--leader-elect=false", "--kube-api-qps=200", "--kube-api-burst", "300"},
           {"run", "--config", "c.yaml", "-v", "4", "--leader-elect=false", "--kube-api-qps", "200",
            "--kube-api-burst=300"},
           {"-config=c.yaml", "--v=4", "-leader-elect=false", "--kube-api-qps=200", "--kube-api-burst=300"}}) {
    const run_options o = run(words);
    CHECK(o.config == "c.yaml");
    CHECK(o.verbosity == 4);
    CHECK(o.leader_elect == false);
    CHECK(o.qps == 200);
    CHECK(o.burst == 300);
  }
  const run_options o = run({"--leader-elect", "--leader-elect-lease-duration=1m30s", "--leader-elect-resource-name=x",
                             "--leader-elect-resource-lock=leases", "--pod-max-in-unschedulable-pods-duration=30s",
                             "--logging-format=json"});
  CHECK(o.leader_elect == true);
  CHECK(o.lease_duration == 90s);
  CHECK(o.lease_name == "x");
  CHECK(o.max_unschedulable == 30s);
  CHECK(o.format == log_format::json);
}

TEST_CASE("options: flags stand before the command or after it, and the last of two wins") {
  for (const auto& words : std::vector<std::vector<std::string>>{{"-v", "4", "run", "--config=c"},
                                                                 {"--config", "c", "-v4", "run"},
                                                                 {"run", "--v=3", "--config=c", "-v=4"},
                                                                 {"--config=b", "run", "-v", "4", "--config=c"},
                                                                 {"-v=4", "-config", "c"}}) {
    const run_options o = run(words);
    CHECK(o.config == "c");
    CHECK(o.verbosity == 4);
  }
  const auto e = std::get<explain_options>(parse_command_line({"--cluster", "f", "-o", "json", "explain"}));
  CHECK(e.cluster_file == "f");
  CHECK(e.output == "json");
  CHECK(std::get<trace_options>(parse_command_line({"trace", "-wojson", "pod", "a/b"})).watch);
  CHECK(std::get<trace_options>(parse_command_line({"trace", "-wojson", "--", "pod", "a/b"})).output == "json");
  CHECK(run({"--leader_elect", "--kube_api_qps=3"}).qps == 3);
  CHECK(run({"--leader-elect", "--leader-elect=false"}).leader_elect == false);
}

TEST_CASE("options: an empty value is as good as none where a file, a name or a server is asked for") {
  const run_options o = run({"--config=", "--kubeconfig=", "--context=", "--master=", "--metrics-bind-address="});
  CHECK(o.config.empty());
  CHECK(o.kubeconfig.empty());
  CHECK(o.metrics_bind_address.empty());
}

TEST_CASE("options: plain HTTP is served to this host alone") {
  CHECK(run({"--metrics-bind-address=:10251"}).metrics_bind_address == "127.0.0.1:10251");
  CHECK(run({"--metrics-bind-address=[::1]:1"}).metrics_bind_address == "[::1]:1");
  for (const std::string wide : {"0.0.0.0:10251", "10.0.0.1:10251", "[::]:10251", "128.0.0.1:1"})
    CHECK_THROWS_WITH_AS(run({"--metrics-bind-address=" + wide}),
                         ("--metrics-bind-address: \"" + wide +
                          "\" is not an address of this host alone, like 127.0.0.1:10251: beyond it there is HTTPS, on "
                          "--secure-port")
                             .c_str(),
                         usage_error);
}

TEST_CASE("options: how HTTPS is served, in kube-scheduler's flags") {
  const serving_options s = run({"--bind-address=::1",
                                 "--secure-port=1",
                                 "--tls-cert-file=c",
                                 "--tls-private-key-file=k",
                                 "--cert-dir=d",
                                 "--tls-min-version=VersionTLS13",
                                 "--tls-cipher-suites=TLS_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,"
                                 "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305",
                                 "--client-ca-file=ca",
                                 "--requestheader-client-ca-file=p",
                                 "--requestheader-allowed-names=a,b",
                                 "--requestheader-username-headers=X-User",
                                 "--requestheader-group-headers=",
                                 "--requestheader-uid-headers=u",
                                 "--requestheader-extra-headers-prefix=x-,y-",
                                 "--authentication-kubeconfig=ak",
                                 "--authorization-kubeconfig=zk",
                                 "--authentication-skip-lookup",
                                 "--authentication-tolerate-lookup-failure=false",
                                 "--authentication-token-webhook-cache-ttl=0s",
                                 "--authorization-always-allow-paths=/healthz,/metrics/*",
                                 "--authorization-webhook-cache-authorized-ttl=5m",
                                 "--authorization-webhook-cache-unauthorized-ttl=1s"})
                                .serving;
  CHECK(s.bind_address == "::1");
  CHECK(s.secure_port == 1);
  CHECK(s.certificate + s.key + s.cert_dir + s.client_authority + s.proxy_authority == "ckdcap");
  CHECK(s.at_least_1_3);
  CHECK(s.ciphers == "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305");
  CHECK(s.proxy_names == std::vector<std::string>{"a", "b"});
  CHECK(s.username_headers == std::vector<std::string>{"X-User"});
  CHECK(s.group_headers.empty());
  CHECK(s.extra_prefixes == std::vector<std::string>{"x-", "y-"});
  CHECK(s.authentication_kubeconfig + s.authorization_kubeconfig == "akzk");
  CHECK(s.skip_lookup);
  CHECK_FALSE(s.tolerate_lookup_failure);
  CHECK(s.token_ttl.count() == 0);
  CHECK(s.always_allow_paths == std::vector<std::string>{"/healthz", "/metrics/*"});
  CHECK(s.authorized_ttl == std::chrono::minutes(5));
}

TEST_CASE("options: explain, simulate, version and help") {
  const auto e = std::get<explain_options>(parse_command_line({"explain", "--cluster", "f", "-o=json", "--config=c"}));
  CHECK(e.cluster_file == "f");
  CHECK(e.output == "json");
  CHECK(e.config_file == "c");
  CHECK_FALSE(e.simulate);
  CHECK(std::get<explain_options>(parse_command_line({"simulate", "--cluster=-", "-ojson"})).simulate);
  for (const char* word : {"version", "--version"})
    CHECK(std::get<print_and_exit>(parse_command_line({word})).text.starts_with("berth "));
  for (const char* word : {"help", "--help", "-h"})
    CHECK(std::get<print_and_exit>(parse_command_line({word})).text.find("--metrics-bind-address") !=
          std::string::npos);
}

TEST_CASE("options: the help of a command is that command's, however it is asked for") {
  const auto help = [](std::vector<std::string> words) {
    return std::get<print_and_exit>(parse_command_line(std::move(words))).text;
  };
  for (const std::string name : {"run", "extender", "explain", "simulate", "trace", "version", "help"}) {
    const std::string text = help({"help", name});
    CAPTURE(text);
    CHECK(text.starts_with("Usage: berth " + name));
    CHECK(help({name, "--help"}) == text);
    CHECK(help({name, "-h"}) == text);
    CHECK(help({"-h", name}) == text);
    CHECK(help({name, "--no-such-flag", "--help"}) == text);
    CHECK(text.find("PROGRAM") == std::string::npos);
    // Its examples are calls of this command.
    const auto examples = text.find("\nExamples:\n");
    CHECK((examples != std::string::npos) == (name != "version"));
    if (examples != std::string::npos) CHECK(text.find("berth " + name, examples) < text.find("\nFlags:", examples));
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      CHECK(end - at <= 100);
      at = end + 1;
    }
  }
  CHECK(help({"explain", "--help"}).find("--cluster FILE") != std::string::npos);
  CHECK(help({"help", "run"}).find("--disable-http2-serving") == std::string::npos);
}

TEST_CASE("options: explain takes its file as a bare word too, and what is wrong with the words says what to type") {
  const auto typed = [](std::vector<std::string> words) {
    words.insert(words.begin(), "explain");
    return std::get<explain_options>(parse_command_line(std::move(words)));
  };
  CHECK(typed({"dump.json"}).cluster_file == "dump.json");
  CHECK(typed({"-"}).cluster_file == "-");
  CHECK(typed({"-o", "json", "--pod=shop/web", "dump.json"}).cluster_file == "dump.json");
  CHECK(typed({"./pod"}).cluster_file == "./pod");
  CHECK(typed({"f"}).words.empty());
  CHECK_FALSE(typed({"f"}).pod);
  CHECK(typed({"f", "--pod", "shop/web"}).pod == "shop/web");
  CHECK(typed({"f", "--pod", "web"}).pod == "default/web");
  CHECK(typed({"f", "--pod", "web", "-n", "shop"}).pod == "shop/web");
  CHECK(typed({"f", "--pod", "pod/web", "-n", "shop"}).pod == "shop/web");
  CHECK(typed({"f", "--pod", "pod/shop/web"}).pod == "shop/web");
  CHECK(typed({"f", "--pod", "pod/web"}).pod == "pod/web");
  CHECK(typed({"f", "--pod", "pod/web", "-n", "pod"}).pod == "pod/web");
  CHECK(typed({"f", "-A"}).cluster_file == "f");
  CHECK(std::get<explain_options>(parse_command_line({"simulate", "dump.json"})).cluster_file == "dump.json");

  const auto wrong = [](std::vector<std::string> words) {
    words.insert(words.begin(), "explain");
    return complaint(std::move(words), 2);
  };
  const std::string dump = "kubectl get nodes,pods,ns -A -o json";
  CHECK(wrong({}) == "explain: which cluster? `berth explain FILE` with what `" + dump +
                         "` prints, or - for standard input; `berth explain pod NAMESPACE/NAME` asks the API server");
  CHECK(complaint({"simulate"}, 2).starts_with("simulate: which cluster? `berth simulate FILE`"));
  CHECK(wrong({"a", "b"}).find("`cat FILE FILE | berth explain --cluster -`") != std::string::npos);
  CHECK(wrong({"f", "shop/web"}).ends_with("one pod of a file is asked for with --pod NAMESPACE/NAME"));
  CHECK(wrong({"a", "--cluster=b"}).find("one file at a time") != std::string::npos);
  CHECK(wrong({"f", "--pod="}) != "accepted");
  CHECK(wrong({"f", "--pod=a/b/c"}) == "explain: --pod: \"a/b/c\" is not NAMESPACE/NAME");
  CHECK(wrong({"f", "--pod=/b"}) == "explain: --pod: \"/b\" is not NAMESPACE/NAME");
  CHECK(wrong({"f", "--pod=a/b", "-n", "c"}).find("-n names another") != std::string::npos);
  CHECK(wrong({"f", "-n", "c"}).find("--pod, which is not given") != std::string::npos);
  CHECK(wrong({"--cluster="}) != "accepted");
  CHECK(wrong({"--clutser", "f"}) == "unknown flag --clutser; did you mean --cluster?");
}

TEST_CASE("options: explain and simulate ask the API server about one pod, and wrong words say what to type") {
  const auto typed = [](std::vector<std::string> words) {
    words.insert(words.begin(), "explain");
    return std::get<explain_options>(parse_command_line(std::move(words)));
  };
  const explain_options live =
      typed({"pod", "shop/web", "--kubeconfig=k", "--context", "c", "--master=http://h:1", "-o=json"});
  CHECK(live.live);
  CHECK(live.pod == "shop/web");
  CHECK(live.kubeconfig == "k");
  CHECK(live.context == "c");
  CHECK(live.master == "http://h:1");
  CHECK(live.cluster_file.empty());
  CHECK(live.words.empty());
  CHECK(typed({"pod/web", "-n", "shop"}).pod == "shop/web");
  CHECK(typed({"pods", "web"}).pod == "default/web");
  CHECK(typed({"po/web"}).live);
  CHECK(typed({"pod/shop/web"}).pod == "shop/web");
  CHECK_FALSE(typed({"f", "--pod", "shop/web"}).live);
  CHECK(std::get<explain_options>(parse_command_line({"simulate", "pod", "a/b"})).live);

  const auto wrong = [](std::vector<std::string> words) {
    words.insert(words.begin(), "explain");
    return complaint(std::move(words), 2);
  };
  CHECK(wrong({"pod"}) == "explain: which pod? say `berth explain pod NAMESPACE/NAME`");
  CHECK(wrong({"pod", "a", "b"}) == "explain: one pod at a time: say `berth explain pod NAMESPACE/NAME`");
  CHECK(wrong({"pod", "a", "--pod", "b"}) == "explain: one pod at a time: say `berth explain pod NAMESPACE/NAME`");
  CHECK(wrong({"pod", "a/b/c"}) == "explain: pod: \"a/b/c\" is not NAMESPACE/NAME");
  CHECK(wrong({"pod/"}) == "explain: pod: \"\" is not NAMESPACE/NAME");
  CHECK(wrong({"pod", "a/b", "-n", "c"}).find("-n names another") != std::string::npos);
  CHECK(wrong({"pod", "a/b", "--cluster=f"}).find("`berth explain --cluster f --pod a/b` asks the file") !=
        std::string::npos);
  CHECK(wrong({"node", "n1"}) == "explain: there is nothing to tell about a \"node\"; say `berth explain pod n1`");
  CHECK(wrong({"pdo", "a/b"}) == "explain: there is nothing to tell about a \"pdo\"; say `berth explain pod a/b`");
  CHECK(wrong({"f", "--kubeconfig=k"}).find("here a file is asked") != std::string::npos);
}

TEST_CASE("options: the help of explain has examples of its own, under the program's name") {
  const auto help = [](const char* command) {
    return std::get<print_and_exit>(parse_command_line({command, "--help"}, "mine")).text;
  };
  CHECK(help("explain").find("-o json | mine explain -\n") != std::string::npos);
  CHECK(help("explain").find("mine --config") == std::string::npos);
  CHECK(help("simulate").find("-o json | mine simulate -\n") != std::string::npos);
  CHECK(help("simulate").find("mine explain") == std::string::npos);
}

TEST_CASE("options: the extender's flags, and their defaults") {
  const auto plain = std::get<extender_options>(parse_command_line({"extender"}));
  CHECK(plain.listen == "127.0.0.1:8080");
  CHECK(plain.metrics_bind_address == "0");
  CHECK(plain.max_body_mebibytes == 128);
  CHECK_FALSE(plain.tls.any());
  const auto e = std::get<extender_options>(
      parse_command_line({"extender", "--config=c", "--listen", "[::1]:1", "--tls-cert-file=a",
                          "--tls-private-key-file=b", "--client-ca-file=d", "--max-body-size=1", "-v=4",
                          "--kubeconfig=k", "--kube-api-content-type=application/json"}));
  CHECK(e.config == "c");
  CHECK(e.listen == "[::1]:1");
  CHECK(e.tls.certificate == "a");
  CHECK(e.tls.key == "b");
  CHECK(e.tls.client_authority == "d");
  CHECK(e.max_body_mebibytes == 1);
  CHECK(e.verbosity == 4);
  CHECK(e.kubeconfig == "k");
  CHECK(e.content_type == "application/json");
  CHECK(complaint({"extender", "--max-body-size=0"}) != "accepted");
  CHECK(complaint({"extender", "--leader-elect"}) != "accepted");
}

TEST_CASE("options: the durations of the lease fit one another, or the flags are named") {
  const auto refused = [](std::vector<std::string> words) {
    words.push_back("--leader-elect");
    try {
      merge(run(std::move(words)));
    } catch (const std::exception& e) {
      return std::string(e.what());
    }
    return std::string("accepted");
  };
  CHECK(refused({"--leader-elect-lease-duration=5s"}) ==
        "--leader-elect-lease-duration (5s) must be greater than --leader-elect-renew-deadline (10s)");
  CHECK(refused({"--leader-elect-renew-deadline=2s"}) ==
        "--leader-elect-renew-deadline (2s) must be greater than 1.2 times --leader-elect-retry-period (2s)");
  CHECK(refused({"--leader-elect-renew-deadline=3s"}) == "accepted");
}

TEST_CASE("options: flags override the configuration; what was not given does not") {
  const scheduler_configuration plain = merge(run({"--scheduler-name=mine"}));
  CHECK(plain.profiles.at(0).scheduler_name == "mine");
  CHECK_FALSE(plain.leader_election.leader_elect);
  CHECK(client_settings_of(plain, run({})).qps == 0);
  const run_options o = run({"--leader-elect", "--leader-elect-resource-name=x", "--leader-elect-renew-deadline=5s",
                             "--kube-api-qps=20", "--kubeconfig=f", "--bindings-in-flight=3"});
  const scheduler_configuration c = merge(o);
  CHECK(c.leader_election.leader_elect);
  const berth::k8s::leader_election_settings lease = election_settings_of(c, "me");
  CHECK(lease.name == "x");
  CHECK(lease.namespace_ == "kube-system");
  CHECK(lease.renew_deadline == 5s);
  CHECK(lease.lease_duration == 15s);
  CHECK(lease.identity == "me");
  CHECK(c.client_connection.kubeconfig == "f");
  CHECK(client_settings_of(c, o).qps == 20);
  CHECK(scheduler_settings_of(c, o, 1).bindings_in_flight == 3);
}

TEST_CASE("options: an identity is the host's, and never the same twice") {
  CHECK(identity_of("host").starts_with("host_"));
  CHECK(identity_of("host") != identity_of("host"));
  CHECK(identity_of("host").size() == std::string("host_").size() + 36);
}

TEST_CASE("options: a program of another name goes by it in help, version and errors") {
  const auto text_of = [](const char* word) {
    return std::get<print_and_exit>(parse_command_line({word}, "my-scheduler")).text;
  };
  CHECK(text_of("version").starts_with("my-scheduler, built on berth "));
  CHECK(text_of("--help").starts_with("my-scheduler: a Kubernetes scheduler."));
  CHECK(text_of("--help").find("\n  my-scheduler --config berth.yaml") != std::string::npos);
  CHECK(text_of("--help").find("| my-scheduler explain") != std::string::npos);
  CHECK(text_of("--help").find("`my-scheduler COMMAND --help`") != std::string::npos);
  CHECK(std::get<run_options>(parse_command_line({}, "my-scheduler")).program == "my-scheduler");
  CHECK(std::get<explain_options>(parse_command_line({"explain", "--cluster=-"}, "mine")).program == "mine");
}
