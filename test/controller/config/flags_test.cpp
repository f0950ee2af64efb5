#include "controller/config/command_flags.hpp"
#include "controller/config/options.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

using namespace berth::controller;

namespace {

std::string complaint(const std::vector<std::string>& words) {
  try {
    parse_command_line(words);
  } catch (const usage_error& e) {
    return e.what();
  }
  return "accepted";
}

std::vector<command_flags> commands() {
  static run_options run;
  static extender_options extender;
  static explain_options explain, simulate;
  simulate.simulate = true;
  static trace_options trace;
  return {run_flags(run), extender_flags(extender), explain_flags(explain), explain_flags(simulate),
          trace_flags(trace)};
}

/// What each flag of the commands must not have, and how the error ends. Flags of one name take the same values.
struct bad_values {
  std::vector<std::string> values;
  std::string accepted;  ///< "VALUE" is not ...
};

const std::string a_duration = "a duration above 0, like 15s, 1m30s or 500ms";
const std::string a_name = "a DNS name: lower-case letters, digits, '-' and '.', 253 at most";
const std::string a_url = "the URL of a server, like https://10.0.0.1:6443";
const std::string an_address = "[HOST]:PORT with HOST an IP address or localhost, PORT from 0 to 65535";
const std::vector<std::string> no_durations{"",   "0",      "0s",          "-1s",    "abc",
                                            "15", "1m 30s", "9999999999h", "1.5.5s", "NaN"};
const std::string a_life = "a duration, like 10s; 0s for not to remember";
const std::vector<std::string> no_lives{"", "-1s", "abc", "15", "1m 30s"};
const std::string a_list = "a list of names with commas between them";
const std::vector<std::string> no_lists{",", "a,", ",a", "a,,b"};
const std::vector<std::string> no_names{"",     "Berth", "a_b",    "a b",      "-a",    "a-",
                                        "a..b", ".a",    "a.-b.c", "berth\\n", "größe", std::string(254, 'a')};
const std::vector<std::string> no_truths{"", "yes", "on", "2", "TrUe", "maybe"};
const std::vector<std::string> no_counts{"", "-1", "x", "1.5", "0x10", "1e2", " 1", "99999999999999999999"};

const std::map<std::string, bad_values> table{
    {"v", {{"", "-1", "11", "x", "2.5", "+3", "99999999999999999999", " 2"}, "a whole number from 0 to 10"}},
    {"logging-format", {{"", "xml", "JSON", "json "}, "one of text, json"}},
    {"nodes", {{"", "some", "All", "best,refused"}, "one of all, refused, best, none"}},
    {"output", {{"", "yaml", "wide", "JSON"}, "one of text, json"}},
    {"kube-api-qps", {{"", "-1", "-0.5", "x", "nan", "inf", "1e999", "5/s"}, "a number, 0 or more"}},
    {"kube-api-burst", {{"", "-1", "x", "1.5", "2147483648"}, "a whole number from 0 to 2147483647"}},
    {"kube-api-content-type",
     {{"", "json", "application/cbor", "Application/JSON", "application/vnd.kubernetes.protobuf, application/json"},
      "one of application/vnd.kubernetes.protobuf, application/json"}},
    {"scheduler-name", {no_names, a_name}},
    {"namespace", {no_names, a_name}},
    {"leader-elect-resource-name", {no_names, a_name}},
    {"leader-elect-resource-namespace", {no_names, a_name}},
    {"leader-elect-resource-lock",
     {{"", "endpoints", "configmaps", "endpointsleases", "Leases"}, "leases, which is all there is"}},
    {"leader-elect-lease-duration", {no_durations, a_duration}},
    {"leader-elect-renew-deadline", {no_durations, a_duration}},
    {"leader-elect-retry-period", {no_durations, a_duration}},
    {"pod-max-in-unschedulable-pods-duration", {no_durations, a_duration}},
    {"stuck-after", {no_durations, a_duration}},
    {"anonymous-bind", {no_truths, "true or false"}},
    {"leader-elect", {no_truths, "true or false"}},
    {"reserve-on-recreate", {no_truths, "true or false"}},
    {"remedies-in-events", {no_truths, "true or false"}},
    {"watch", {no_truths, "true or false"}},
    {"version", {no_truths, "true or false"}},
    {"help", {no_truths, "true or false"}},
    {"bindings-in-flight", {{"", "0", "-1", "1025", "x", "1.5"}, "a whole number from 1 to 1024"}},
    {"max-body-size", {{"", "0", "-1", "1025", "x", "1Mi"}, "a whole number from 1 to 1024"}},
    {"seed", {{"", "-1", "x", "1.5", "18446744073709551616"}, "a whole number from 0 to 18446744073709551615"}},
    {"metrics-bind-address",
     {{":", "10251", ":65536", ":-1", ":http", "host:1", "1.2.3:1", "::1:10251", "[::1]", "[]:1",
       "1.2.3.4:", "http://:1"},
      an_address + ", nor 0 for not at all"}},
    {"listen",
     {{"", "0", ":", "8080", ":65536", "example.com:80", "[::1:80", "::1:80", "0.0.0.0", "localhost"}, an_address}},
    {"master", {{"ftp://x", "https://", "https://h:99999", "https://h:x"}, a_url}},
    {"from", {{"ftp://x", "http://", "http://h:99999"}, a_url}},
    // Every text may be the name of a file or of a context; whether it is one shows when it is read.
    {"config", {}},
    {"write-config-to", {}},
    {"cluster", {}},
    {"pod", {}},  // its form is looked at with the other words
    {"kubeconfig", {}},
    {"context", {}},
    {"tls-cert-file", {}},
    {"tls-private-key-file", {}},
    {"client-ca-file", {}},
    {"cert-dir", {}},
    {"certificate-authority", {}},
    {"requestheader-client-ca-file", {}},
    {"authentication-kubeconfig", {}},
    {"authorization-kubeconfig", {}},
    {"bind-address", {{"nowhere", "localhost", "1.2.3", ":1"}, "an IP address, like 127.0.0.1 or ::1"}},
    {"secure-port", {{"", "-1", "65536", "x"}, "a whole number from 0 to 65535"}},
    {"tls-min-version", {{"", "VersionTLS10", "1.2"}, "one of VersionTLS12, VersionTLS13"}},
    {"tls-cipher-suites",
     {{"RC4"}, "a list of suites with forward secrecy, like TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: \"RC4\" is none"}},
    {"authentication-skip-lookup", {no_truths, "true or false"}},
    {"authentication-tolerate-lookup-failure", {no_truths, "true or false"}},
    {"authentication-token-webhook-cache-ttl", {no_lives, a_life}},
    {"authorization-webhook-cache-authorized-ttl", {no_lives, a_life}},
    {"authorization-webhook-cache-unauthorized-ttl", {no_lives, a_life}},
    {"authorization-always-allow-paths", {no_lists, a_list}},
    {"requestheader-allowed-names", {no_lists, a_list}},
    {"requestheader-username-headers", {no_lists, a_list}},
    {"requestheader-uid-headers", {no_lists, a_list}},
    {"requestheader-group-headers", {no_lists, a_list}},
    {"requestheader-extra-headers-prefix", {no_lists, a_list}},
};

}  // namespace

TEST_CASE("flags: a bad value is refused in one line that names the flag, the value and what is accepted") {
  for (const command_flags& c : commands())
    for (const flag& f : c.flags) {
      if (f.help.empty()) continue;
      CAPTURE(c.name);
      CAPTURE(f.name);
      REQUIRE(table.count(f.name) == 1);
      const bad_values& bad = table.at(f.name);
      for (const std::string& value : bad.values)
        CHECK(complaint({c.name, "--" + f.name + "=" + value}) ==
              "--" + f.name + ": \"" + value + "\" is not " + bad.accepted);
      if (!f.is_switch())
        CHECK(complaint({c.name, "--" + f.name}) == "--" + f.name + " needs a value: --" + f.name + "=" + f.value);
    }
}

TEST_CASE("flags: a value that is missing is not taken from the next flag") {
  CHECK(complaint({"run", "--config", "--kubeconfig", "k"}) == "--config needs a value: --config=FILE");
  CHECK(complaint({"run", "-v"}) == "-v needs a value: --v=LEVEL");
  CHECK(complaint({"run", "--kube-api-qps", "-1"}) == "--kube-api-qps: \"-1\" is not a number, 0 or more");
}

TEST_CASE("flags: good values at the edges are taken") {
  for (const std::string words : {"-v=0",
                                  "-v=10",
                                  "--kube-api-qps=0",
                                  "--kube-api-qps=0.5",
                                  "--kube-api-burst=2147483647",
                                  "--seed=0",
                                  "--seed=18446744073709551615",
                                  "--metrics-bind-address=0",
                                  "--metrics-bind-address=:0",
                                  "--metrics-bind-address=127.0.0.1:65535",
                                  "--metrics-bind-address=[::1]:1",
                                  "--metrics-bind-address=localhost:1",
                                  "--scheduler-name=a",
                                  "--scheduler-name=a.b-c.d",
                                  "--leader-elect=T",
                                  "--leader-elect=0",
                                  "--leader-elect-retry-period=1ns",
                                  "--master=https://[::1]:6443",
                                  "--master=http://h",
                                  "--bindings-in-flight=1024",
                                  "--master=10.0.0.1:6443"}) {
    CAPTURE(words);
    CHECK(complaint({words}) == "accepted");
  }
}

TEST_CASE("flags: in every command a name stands for a switch or for a value, never for both") {
  std::map<std::string, bool> switches;
  for (const command_flags& c : commands()) {
    std::set<std::string> names;
    for (const flag& f : c.flags) {
      CAPTURE(f.name);
      CHECK(names.insert(f.name).second);
      CHECK(switches.emplace(f.name, f.is_switch()).first->second == f.is_switch());
      if (f.letter != '\0')
        CHECK(switches.emplace(std::string(1, f.letter), f.is_switch()).first->second == f.is_switch());
    }
  }
}

TEST_CASE("flags: kubeadm's manifest is accepted, and what has no effect is told") {
  const auto o = std::get<run_options>(
      parse_command_line({"--authentication-kubeconfig=/etc/kubernetes/scheduler.conf",
                          "--authorization-kubeconfig=/etc/kubernetes/scheduler.conf", "--bind-address=127.0.0.1",
                          "--feature-gates=PodLevelResources=true,GracefulNodeShutdown=false",
                          "--kubeconfig=/etc/kubernetes/scheduler.conf", "--leader-elect=true", "--secure-port=10259",
                          "--profiling=false"}));
  CHECK(o.kubeconfig == "/etc/kubernetes/scheduler.conf");
  CHECK(o.leader_elect == true);
  std::vector<std::string> flags;
  for (const ignored_flag& f : o.ignored) flags.push_back(f.flag);
  CHECK(flags == std::vector<std::string>{"--feature-gates=PodLevelResources=true,GracefulNodeShutdown=false",
                                          "--profiling=false"});
  CHECK(o.serving.bind_address == "127.0.0.1");
  CHECK(o.serving.authentication_kubeconfig == "/etc/kubernetes/scheduler.conf");
}

TEST_CASE("flags: what would change decisions here, and cannot, is refused") {
  CHECK(complaint({"--feature-gates=SchedulerAsyncPreemption=false"}) ==
        "--feature-gates: \"SchedulerAsyncPreemption=false\" is not possible here: SchedulerAsyncPreemption is always "
        "on, "
        "as is the default of kube-scheduler v1.37");
  CHECK(complaint({"--feature-gates=X=true,kube:GenericWorkload=true"}).find("GenericWorkload is always off") !=
        std::string::npos);
  CHECK(complaint({"--feature-gates=AllAlpha=true"}).find("AllAlpha is always off") != std::string::npos);
  for (const std::string wrong : {"X", "X=", "=true", "X=on", "X=true,,Y=true"})
    CHECK(complaint({"--feature-gates=" + wrong}) == "--feature-gates: \"" + wrong +
                                                         "\" is not a list of GATE=true or GATE=false, with commas "
                                                         "between them");
  CHECK(complaint({"--feature-gates="}) == "accepted");
  CHECK(complaint({"--emulated-version=1.36"}).starts_with("flag --emulated-version is not supported: "));
}

// kubernetes/kubeadm#2716 (--address), pingcap/tidb-operator#2510 (--lock-object-*), kops' manifests (--logtostderr,
// --alsologtostderr, --log-file), kube-batch's and stork's (--policy-configmap).
TEST_CASE("flags: what older kube-schedulers took is refused with what took its place") {
  CHECK(complaint({"--port=0"}) ==
        "flag --port is not supported: kube-scheduler v1.37 has it no more; leave it out: probes and metrics are on "
        "--secure-port of --bind-address");
  CHECK(complaint({"--address", "0.0.0.0", "--leader-elect"}).find("--bind-address") != std::string::npos);
  CHECK(complaint({"--lock-object-name=tidb"}).ends_with("it is --leader-elect-resource-name"));
  CHECK(complaint({"--policy-configmap=x", "--policy-configmap-namespace=y"}).find("--config") != std::string::npos);
  CHECK(complaint({"--logtostderr", "--v=2"}).find("lines go to standard error") != std::string::npos);
  CHECK(complaint({"--alsologtostderr", "--log-file=/var/log/kube-scheduler.log"}).find("no more") !=
        std::string::npos);
  CHECK(complaint({"--cloud-provider=aws"}) == "unknown flag --cloud-provider; see --help");
}

TEST_CASE("flags: those that have no effect are held to their kind all the same") {
  CHECK(complaint({"--http2-max-streams-per-connection=x"}) ==
        "--http2-max-streams-per-connection: \"x\" is not a whole number from 0 to 2147483647");
  CHECK(complaint({"--profiling=maybe"}) == "--profiling: \"maybe\" is not true or false");
  CHECK(complaint({"--log-flush-frequency=x"}) == "--log-flush-frequency: \"x\" is not " + a_duration);
  CHECK(complaint({"extender", "--secure-port=1"}) == "extender has no flag --secure-port, only `run` has");
}

TEST_CASE("flags: every flag of kube-scheduler is in the table of docs/operations.md, as it is treated") {
  std::ifstream in(std::string(DOCS) + "/operations.md");
  std::stringstream page;
  page << in.rdbuf();
  const std::vector<command_flags> all = commands();
  for (const flag& f : all.front().flags) {
    CAPTURE(f.name);
    CHECK((page.str().find("`--" + f.name + "`") != std::string::npos ||
           page.str().find("`--" + f.name + " ") != std::string::npos));
    if (!f.help.empty() || f.name == "feature-gates") continue;
    const std::string treated = f.refused.empty() ? "warned" : "refused";
    std::istringstream lines(page.str());
    bool found = false;
    for (std::string line; std::getline(lines, line);)
      found = found ||
              (line.find("`--" + f.name + "`") != std::string::npos && line.find("| " + treated) != std::string::npos);
    CHECK(found);
  }
}
