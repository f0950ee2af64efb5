#include "controller/config/command_flags.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

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

std::string no_empty_name(const std::string& value) { return value.empty() ? "is empty: name a file" : ""; }

std::string examples_of(const explain_options& o) {
  const std::string call = o.program + " " + command_of(o);
  const auto line = [](const std::string& command, std::string_view what) {
    return fmt::format("  {}\n      {}\n", command, what);
  };
  std::string out = "Examples:\n";
  if (o.simulate) {
    out += line(fmt::format("{} | {} -", dump, call), "where would each pending pod go, one after another?");
    out += line(call + " cluster.json --config new.yaml -o json | jq '.[] | {pod, node}'",
                "the same with another configuration, for a script");
    out +=
        line(call + " cluster.json --pod shop/web-0", "where would this one go, after those before it in the queue?");
  } else {
    out += line(fmt::format("{} | {} -", dump, call), "why is each pending pod pending?");
    out += line(call + " cluster.json --pod shop/web-0", "and this one?");
    out += line(call + " cluster.json --config scheduler.yaml", "as the profiles of this configuration see it");
  }
  out += fmt::format("Exit code: 0 all pods {0}, 1 some do not, 2 anything else, also that there was nothing to judge.",
                     o.simulate ? "find a node" : "fit");
  return out;
}

}  // namespace

void add_explain_flags(CLI::App& to, explain_options& o) {
  to.add_option("file", o.words, "the same as --cluster FILE")->type_name("FILE");
  to.add_option("--cluster", o.cluster_file, std::string("what `") + dump + "` (or yaml) prints; - for standard input")
      ->check(no_empty_name, "")
      ->type_name("FILE");
  to.add_option("--config", o.config_file,
                "a KubeSchedulerConfiguration; without it every pending pod is judged by the default plugins")
      ->check(no_empty_name, "")
      ->type_name("FILE");
  to.add_option("--pod", o.pod, "tell about this pod alone")->type_name("NAMESPACE/NAME");
  to.add_option("-n,--namespace", o.namespace_, "of --pod, where its name has none (default \"default\")")
      ->type_name("NAMESPACE");
  to.add_option("-o,--output", o.output, "text or json")
      ->check(CLI::IsMember({"text", "json"}).description(""))
      ->type_name("FORMAT")
      ->capture_default_str();
  to.add_option("--nodes", o.nodes, "of each pod's nodes show all, refused, best or none: JSON has a line for each")
      ->check(CLI::IsMember({"all", "refused", "best", "none"}).description(""))
      ->type_name("WHICH")
      ->capture_default_str();
  to.footer(examples_of(o));
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
