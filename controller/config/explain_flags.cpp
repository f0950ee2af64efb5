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
  return word == "pod" || word == "pods" || word == "po" || word.starts_with("pod/") || word.starts_with("pods/");
}

/// `explain pod shop/web`, or `pod/web` as kubectl prints it: a question to a live cluster.
[[noreturn]] void refuse_live(const explain_options& o) {
  std::string pod = o.words.size() > 1 ? o.words[1] : "NAMESPACE/NAME";
  if (const auto slash = o.words[0].find('/'); slash != std::string::npos) pod = o.words[0].substr(slash + 1);
  if (pod.find('/') == std::string::npos && !o.namespace_.empty()) pod.insert(0, o.namespace_ + "/");
  refuse(o, fmt::format("a live cluster cannot be asked yet; dump it: `{} | {} {} --cluster - --pod {}`", dump,
                        o.program, command_of(o), pod));
}

/// "NAMESPACE/NAME".
std::string full_name(const explain_options& o) {
  const std::string& pod = *o.pod;
  const auto slash = pod.find('/');
  const bool whole = slash != pod.npos;
  if (pod.empty() || slash == 0 || (whole && (slash + 1 == pod.size() || pod.find('/', slash + 1) != pod.npos)))
    refuse(o, fmt::format("--pod: \"{}\" is not NAMESPACE/NAME", pod));
  if (!whole) return (o.namespace_.empty() ? "default" : o.namespace_) + "/" + pod;
  if (!o.namespace_.empty() && pod.substr(0, slash) != o.namespace_)
    refuse(o, fmt::format("--pod: \"{}\" has a namespace already, and -n names another: \"{}\"", pod, o.namespace_));
  return pod;
}

constexpr auto explain_examples =
    "  kubectl get nodes,pods,ns -A -o json | PROGRAM explain -\n"
    "      why is each pending pod pending?\n"
    "  PROGRAM explain cluster.json --pod shop/web-0\n"
    "      and this one?\n"
    "  PROGRAM explain cluster.json --config scheduler.yaml\n"
    "      as the profiles of this configuration see it\n";

constexpr auto simulate_examples =
    "  kubectl get nodes,pods,ns -A -o json | PROGRAM simulate -\n"
    "      where would each pending pod go, one after another?\n"
    "  PROGRAM simulate cluster.json --config new.yaml -o json | jq '.[] | {pod, node}'\n"
    "      the same with another configuration, for a script\n"
    "  PROGRAM simulate cluster.json --pod shop/web-0\n"
    "      where would this one go, after those before it in the queue?\n";

}  // namespace

command_flags explain_flags(explain_options& o) {
  command_flags c;
  c.name = command_of(o);
  if (o.simulate) {
    c.summary = "the same, one pod after another, each placed before the next";
    c.description =
        "Places the pending pods of a dumped cluster one after another, in the order of the queue, and tells where "
        "each would go. Exits with 0 where all find a node, 1 where some do not, 2 on anything else, also where there "
        "was nothing to judge.";
    c.examples = simulate_examples;
  } else {
    c.summary = "offline: what would be decided, and why, for every pending pod of a dumped cluster";
    c.description =
        "Tells of each pending pod of a dumped cluster which nodes it fits on, which plugin refuses it elsewhere, and "
        "why. Each pod is judged against the cluster as it stands. Exits with 0 where all fit, 1 where some do not, 2 "
        "on anything else, also where there was nothing to judge.";
    c.examples = explain_examples;
  }
  c.words_usage = "FILE";
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
  };
  return c;
}

explain_options with_words(explain_options o) {
  if (!o.words.empty() && is_kind(o.words[0])) refuse_live(o);
  if (o.words.size() + (o.cluster_file.empty() ? 0 : 1) > 1)
    refuse(o, fmt::format("one file at a time; several go in as one: `cat FILE FILE | {} {} --cluster -`", o.program,
                          command_of(o)));
  if (!o.words.empty()) o.cluster_file = o.words[0];
  if (o.cluster_file.empty())
    refuse(o, fmt::format("--cluster is required: the file that `{}` prints, or - for standard input", dump));
  if (o.pod)
    o.pod = full_name(o);
  else if (!o.namespace_.empty())
    refuse(o, "-n is the namespace of --pod, which is not given");
  o.words.clear();
  o.namespace_.clear();
  return o;
}

}  // namespace berth::controller
