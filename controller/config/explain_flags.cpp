#include "controller/config/command_flags.hpp"
#include "controller/config/flag_values.hpp"
#include "controller/config/options.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::controller {

namespace {

constexpr auto dump = "kubectl get nodes,pods,ns -A -o json";

std::string command_of(const explain_options& o) { return o.simulate ? "simulate" : "explain"; }

[[noreturn]] void refuse(const explain_options& o, const std::string& why) {
  throw usage_error(command_of(o) + ": " + why, 2);
}

bool is_kind(const std::string& word) {
  const std::string kind = word.substr(0, word.find('/'));
  return kind == "pod" || kind == "pods" || kind == "po";
}

/// A word that people write for a kind; files are named otherwise.
bool is_near_kind(const std::string& word) {
  for (const char* kind : {"pdo", "pd", "opd", "node", "nodes", "deploy", "deployment", "rs", "replicaset", "job",
                           "sts", "statefulset", "Pod", "Pods", "POD"})
    if (word == kind) return true;
  return false;
}

bool asks_for_server(const explain_options& o) {
  return !o.kubeconfig.empty() || !o.context.empty() || !o.master.empty();
}

/// "NAMESPACE/NAME" of what was typed; `where` says where, for errors.
std::string full_name(const explain_options& o, std::string pod, const std::string& where) {
  // "pod/web" is how kubectl prints a pod's name. A namespace may be called so, too: then there is no other.
  const auto kind = pod.find('/');
  if (kind != pod.npos && is_kind(pod) && (!o.namespace_.empty() || pod.find('/', kind + 1) != pod.npos) &&
      pod.substr(0, kind) != o.namespace_)
    pod.erase(0, kind + 1);
  const auto slash = pod.find('/');
  const bool whole = slash != pod.npos;
  if (pod.empty() || slash == 0 || (whole && (slash + 1 == pod.size() || pod.find('/', slash + 1) != pod.npos)))
    refuse(o, fmt::format("{}: \"{}\" is not NAMESPACE/NAME", where, pod));
  if (!whole) return (o.namespace_.empty() ? "default" : o.namespace_) + "/" + pod;
  if (!o.namespace_.empty() && pod.substr(0, slash) != o.namespace_)
    refuse(o,
           fmt::format("{}: \"{}\" has a namespace already, and -n names another: \"{}\"", where, pod, o.namespace_));
  return pod;
}

/// `explain pod shop/web`, or `pod/web` as kubectl prints it: a question to a live cluster.
explain_options live(explain_options o) {
  const std::string say = fmt::format("say `{} {} pod NAMESPACE/NAME`", o.program, command_of(o));
  if (const auto slash = o.words[0].find('/'); slash != std::string::npos) {
    o.words.insert(o.words.begin() + 1, o.words[0].substr(slash + 1));
    o.words[0].erase(slash);
  }
  if (o.words.size() == 1) refuse(o, "which pod? " + say);
  if (o.words.size() > 2 || o.pod) refuse(o, "one pod at a time: " + say);
  if (!o.cluster_file.empty())
    refuse(o, fmt::format("the cluster is a file or a server: `{} {} --cluster {} --pod {}` asks the file", o.program,
                          command_of(o), o.cluster_file, o.words[1]));
  o.pod = full_name(o, o.words[1], "pod");
  o.live = true;
  o.words.clear();
  o.namespace_.clear();
  return o;
}

constexpr auto live_flags = "API server, for `pod NAMESPACE/NAME`";

constexpr auto explain_examples =
    "  kubectl get nodes,pods,ns -A -o json | PROGRAM explain -\n"
    "      why is each pending pod pending?\n"
    "  PROGRAM explain cluster.json --pod shop/web-0\n"
    "      and this one?\n"
    "  PROGRAM explain cluster.json --config scheduler.yaml\n"
    "      as the profiles of this configuration see it\n"
    "  PROGRAM explain pod shop/web-0\n"
    "      the same, asked of the API server\n";

constexpr auto simulate_examples =
    "  kubectl get nodes,pods,ns -A -o json | PROGRAM simulate -\n"
    "      where would each pending pod go, one after another?\n"
    "  PROGRAM simulate cluster.json --config new.yaml -o json | jq '.[] | {pod, node}'\n"
    "      the same with another configuration, for a script\n"
    "  PROGRAM simulate cluster.json --pod shop/web-0\n"
    "      where would this one go, after those before it in the queue?\n"
    "  PROGRAM simulate pod shop/web-0\n"
    "      the same, asked of the API server\n";

}  // namespace

command_flags explain_flags(explain_options& o) {
  command_flags c;
  c.name = command_of(o);
  if (o.simulate) {
    c.summary = "the same, one pod after another, each placed before the next";
    c.description =
        "Places the pending pods of a dumped cluster one after another, in the order of the queue, and tells where "
        "each would go, and which pods would be evicted for it. `PROGRAM simulate pod NAMESPACE/NAME` asks the API "
        "server instead of a file. Exits with 0 where all find a node, 1 where some do not, 2 on anything else, also "
        "where there "
        "was nothing to judge.";
    c.examples = simulate_examples;
  } else {
    c.summary = "what would be decided, and why, for every pending pod of a dumped cluster, or for one of a live one";
    c.description =
        "Tells of each pending pod of a dumped cluster which nodes it fits on, which plugin refuses it elsewhere, why, "
        "and which single changes would let it fit. Each pod is judged against the cluster as it stands. `PROGRAM "
        "explain pod NAMESPACE/NAME` asks the API server instead of a file. Exits with 0 where all fit, 1 where some "
        "do not, 2 "
        "on anything else, also where there was nothing to judge.";
    c.examples = explain_examples;
  }
  c.words_usage = "FILE | pod NAMESPACE/NAME";
  c.also_called = {
      {"server", "master"}, {"s", "master"}, {"file", "cluster"}, {"filename", "cluster"}, {"f", "cluster"}};
  c.words = &o.words;
  c.flags = {
      {.name = "cluster",
       .value = "FILE",
       .help = std::string("the same as FILE: what `") + dump + "` (or yaml) prints; - for standard input",
       .take = any_text(into(o.cluster_file))},
      {.name = "config",
       .value = "FILE",
       .help = "a KubeSchedulerConfiguration; without it every pending pod is judged by the default plugins",
       .take = any_text(into(o.config_file))},
      {.name = "pod", .value = "NAMESPACE/NAME", .help = "tell about this pod alone", .take = any_text(into(o.pod))},
      {.name = "namespace",
       .letter = 'n',
       .value = "NAMESPACE",
       .help = "of --pod, where its name has none; else \"default\"",
       .take = dns_name(into(o.namespace_))},
      // A file is judged in all its namespaces; kubectl's flag for that changes nothing.
      {.name = "all-namespaces", .letter = 'A', .value = "", .help = "", .take = truth([](bool) {})},
      {.name = "output",
       .letter = 'o',
       .value = "FORMAT",
       .help = "text or json",
       .take = one_of({"text", "json"}, into(o.output)),
       .fallback = o.output},
      {.name = "nodes",
       .value = "WHICH",
       .help = "of each pod's nodes show all, refused, best or none: JSON has a line for each",
       .take = one_of({"all", "refused", "best", "none"}, into(o.nodes)),
       .fallback = o.nodes},
      {.name = "kubeconfig",
       .value = "FILE",
       .help = "before clientConnection.kubeconfig, $KUBECONFIG, ~/.kube/config and the service account of the pod",
       .take = any_text(into(o.kubeconfig)),
       .group = live_flags},
      {.name = "context",
       .value = "NAME",
       .help = "instead of the kubeconfig's current-context",
       .take = any_text(into(o.context)),
       .group = live_flags},
      {.name = "master",
       .value = "URL",
       .help = "overrides the server of the kubeconfig",
       .take = server_address(into(o.master)),
       .group = live_flags},
  };
  return c;
}

explain_options with_words(explain_options o) {
  if (!o.words.empty() && is_kind(o.words[0])) return live(std::move(o));
  if (o.words.size() == 2 && is_near_kind(o.words[0]))
    refuse(o, fmt::format("there is nothing to tell about a \"{}\"; say `{} {} pod {}`", o.words[0], o.program,
                          command_of(o), o.words[1]));
  if (o.words.size() + (o.cluster_file.empty() ? 0 : 1) > 1)
    refuse(o, fmt::format(
                  "one file at a time; several go in as one: `cat FILE FILE | {} {} --cluster -`; one pod of a file "
                  "is asked for with --pod NAMESPACE/NAME",
                  o.program, command_of(o)));
  if (!o.words.empty()) o.cluster_file = o.words[0];
  if (o.cluster_file.empty())
    refuse(o, fmt::format("which cluster? `{0} {1} FILE` with what `{2}` prints, or - for standard input; `{0} {1} pod "
                          "NAMESPACE/NAME` asks the API server",
                          o.program, command_of(o), dump));
  if (asks_for_server(o))
    refuse(o,
           fmt::format("--kubeconfig, --context and --master are for `{} {} pod NAMESPACE/NAME`; here a file is asked",
                       o.program, command_of(o)));
  if (o.pod)
    o.pod = full_name(o, *o.pod, "--pod");
  else if (!o.namespace_.empty())
    refuse(o, "-n is the namespace of --pod, which is not given");
  o.words.clear();
  o.namespace_.clear();
  return o;
}

}  // namespace berth::controller
