#include "controller/config/options.hpp"
#include "controller/commands/run_settings.hpp"
#include "controller/process/identity.hpp"

#include <doctest/doctest.h>

using namespace berth::controller;
using namespace std::chrono_literals;

namespace {

run_options run(std::vector<std::string> words) { return std::get<run_options>(parse_command_line(std::move(words))); }

std::string complaint(std::vector<std::string> words, int code = 1) {
  try {
    parse_command_line(std::move(words));
  } catch (const usage_error& e) {
    CHECK(e.exit_code == code);
    return e.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("options: without words berth schedules, with its defaults") {
  const run_options o = run({});
  CHECK(o.scheduler_name == "berth");
  CHECK(o.verbosity == 2);
  CHECK(o.metrics_bind_address == ":10251");
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

TEST_CASE("options: other flags of kube-scheduler's are refused by name, with a hint") {
  CHECK(complaint({"--secure-port=10259"}) ==
        "flag --secure-port is not supported: probes and metrics are served in plain HTTP on --metrics-bind-address");
  CHECK(complaint({"--config", "c.yaml", "--feature-gates=X=true"})
            .starts_with("flag --feature-gates is not supported: "));
  CHECK(
      complaint({"--authentication-kubeconfig", "f"}).starts_with("flag --authentication-kubeconfig is not supported"));
}

TEST_CASE("options: what is mistyped is named, with the nearest that there is") {
  CHECK(complaint({"expalin"}) == "unknown command \"expalin\"; did you mean \"explain\"?");
  CHECK(complaint({"--kubecofnig=f"}) == "unknown flag --kubecofnig; did you mean --kubeconfig?");
  CHECK(complaint({"--xyzzyxyzzy"}) == "unknown flag --xyzzyxyzzy; see --help");
  CHECK(complaint({"explain", "--cluster", "f", "--confg=x"}, 2) == "unknown flag --confg; did you mean --config?");
}

TEST_CASE("options: values out of range are refused") {
  CHECK(complaint({"--leader-elect-lease-duration=abc"}).find("\"abc\" is not a duration") != std::string::npos);
  CHECK(complaint({"--leader-elect-resource-lock=endpoints"}).find("only leases are supported") != std::string::npos);
  CHECK(complaint({"--bindings-in-flight=0"}) != "accepted");
  CHECK(complaint({"--logging-format=xml"}) != "accepted");
  CHECK(complaint({"-v=x"}) != "accepted");
  CHECK(complaint({"explain", "--cluster", "f", "-o", "yaml"}, 2) != "accepted");
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
  CHECK(std::get<print_and_exit>(parse_command_line({"explain", "--help"})).text.find("--cluster") !=
        std::string::npos);
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
  CHECK(std::get<explain_options>(parse_command_line({"simulate", "dump.json"})).cluster_file == "dump.json");

  const auto wrong = [](std::vector<std::string> words) {
    words.insert(words.begin(), "explain");
    return complaint(std::move(words), 2);
  };
  const std::string dump = "kubectl get nodes,pods,ns -A -o json";
  const std::string live =
      "explain: a live cluster cannot be asked yet; dump it: `" + dump + " | berth explain --cluster - --pod ";
  CHECK(wrong({}) == "explain: --cluster is required: the file that `" + dump + "` prints, or - for standard input");
  CHECK(complaint({"simulate"}, 2).starts_with("simulate: --cluster is required"));
  CHECK(wrong({"pod", "shop/web"}) == live + "shop/web`");
  CHECK(wrong({"pod/web", "-n", "shop"}) == live + "shop/web`");
  CHECK(wrong({"pod"}) == live + "NAMESPACE/NAME`");
  CHECK(wrong({"a", "b"}).find("`cat FILE FILE | berth explain --cluster -`") != std::string::npos);
  CHECK(wrong({"a", "--cluster=b"}).find("one file at a time") != std::string::npos);
  CHECK(wrong({"f", "--pod="}) != "accepted");
  CHECK(wrong({"f", "--pod=a/b/c"}) == "explain: --pod: \"a/b/c\" is not NAMESPACE/NAME");
  CHECK(wrong({"f", "--pod=/b"}) == "explain: --pod: \"/b\" is not NAMESPACE/NAME");
  CHECK(wrong({"f", "--pod=a/b", "-n", "c"}).find("-n names another") != std::string::npos);
  CHECK(wrong({"f", "-n", "c"}).find("--pod, which is not given") != std::string::npos);
  CHECK(wrong({"--cluster="}) != "accepted");
  CHECK(wrong({"f", "--config="}) != "accepted");
  CHECK(wrong({"--clutser", "f"}) == "unknown flag --clutser; did you mean --cluster?");
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
  CHECK(plain.listen == ":8080");
  CHECK(plain.metrics_bind_address == "0");
  CHECK(plain.max_body_mebibytes == 128);
  CHECK_FALSE(plain.tls.any());
  const auto e = std::get<extender_options>(parse_command_line(
      {"extender", "--config=c", "--listen", "[::1]:1", "--tls-cert-file=a", "--tls-private-key-file=b",
       "--client-ca-file=d", "--max-body-size=1", "-v=4", "--kubeconfig=k"}));
  CHECK(e.config == "c");
  CHECK(e.listen == "[::1]:1");
  CHECK(e.tls.certificate == "a");
  CHECK(e.tls.key == "b");
  CHECK(e.tls.client_authority == "d");
  CHECK(e.max_body_mebibytes == 1);
  CHECK(e.verbosity == 4);
  CHECK(e.kubeconfig == "k");
  CHECK(complaint({"extender", "--max-body-size=0"}) != "accepted");
  CHECK(complaint({"extender", "--leader-elect"}) != "accepted");
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
