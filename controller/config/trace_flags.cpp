#include "controller/config/command_flags.hpp"
#include "controller/config/flag_values.hpp"

#include <algorithm>

namespace berth::controller {

namespace {

[[noreturn]] void refuse(const std::string& why) { throw usage_error("trace: " + why, 2); }

bool is_name(const std::string& word) {
  const auto lower = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !word.empty() && word.size() <= 253 && lower(word.front()) && lower(word.back()) &&
         std::all_of(word.begin(), word.end(), [&](char c) { return lower(c) || c == '-' || c == '.'; });
}

bool is_kind(const std::string& word) { return word == "pod" || word == "pods" || word == "po"; }

}  // namespace

command_flags trace_flags(trace_options& o) {
  return {
      .name = "trace",
      .summary = "the journey of one pod through a running scheduler",
      .description =
          "Asks a running scheduler what became of a pod, and prints each step with its time. Exits with 1 "
          "where there is nothing to show, with 2 where the command line is wrong.",
      .examples =
          "  PROGRAM trace pod default/web               what became of it?\n"
          "  PROGRAM trace pod web -n default -w         go on until it is bound or gone\n"
          "  kubectl -n kube-system port-forward deployment/berth 10259 &\n"
          "  PROGRAM trace pod default/web -o json       of the scheduler in the cluster\n",
      .flags = {{.name = "namespace",
                 .letter = 'n',
                 .value = "NAMESPACE",
                 .help = "of the pod, where its name has none",
                 .take = dns_name(into(o.namespace_)),
                 .fallback = "default"},
                {.name = "from",
                 .value = "URL",
                 .help = "the scheduler: its --secure-port; in a cluster, what `kubectl port-forward` opens",
                 .take = server_address(into(o.from)),
                 .fallback = o.from},
                {.name = "kubeconfig",
                 .value = "FILE",
                 .help = "whose credentials the scheduler is shown, before $KUBECONFIG and ~/.kube/config",
                 .take = any_text(into(o.kubeconfig))},
                {.name = "context",
                 .value = "NAME",
                 .help = "instead of the kubeconfig's current-context",
                 .take = any_text(into(o.context))},
                {.name = "certificate-authority",
                 .value = "FILE",
                 .help =
                     "PEM: who has issued the scheduler's certificate; not given: on this host any will do, elsewhere "
                     "the system's authorities",
                 .take = any_text(into(o.certificate_authority))},
                {.name = "watch",
                 .letter = 'w',
                 .value = "",
                 .help = "go on until the pod is bound or gone",
                 .take = truth(into(o.watch))},
                {.name = "output",
                 .letter = 'o',
                 .value = "FORMAT",
                 .help = "text or json",
                 .take = one_of({"text", "json"}, into(o.output)),
                 .fallback = o.output}},
      .words_usage = "pod NAMESPACE/NAME",
      // It asks the scheduler, not the API server.
      .also_called = {{"server", "from"},
                      {"master", "from"},
                      {"url", "from"},
                      {"address", "from"},
                      {"s", "from"},
                      {"follow", "watch"},
                      {"f", "watch"}},
      .words = &o.words,
  };
}

trace_options named(trace_options o) {
  const std::string call = "say `" + o.program + " trace pod ";
  const std::string usage = call + "NAMESPACE/NAME`";
  std::vector<std::string> words = o.words;
  // "pod/web" is how kubectl prints a pod's name.
  if (const auto slash = words.empty() ? std::string::npos : words[0].find('/');
      words.size() == 1 && slash != std::string::npos && is_kind(words[0].substr(0, slash)))
    words = {"pod", words[0].substr(slash + 1)};
  if (words.empty()) refuse(usage);
  if (words.size() == 1 && is_kind(words[0])) refuse("which pod? " + usage);
  if (words.size() == 1) refuse(call + words[0] + "`");
  if (words.size() > 2) refuse("one pod at a time: " + usage);
  if (!is_kind(words[0])) refuse("there is nothing to tell about a \"" + words[0] + "\", only about a pod; " + usage);
  const std::string& full = words[1];
  const auto slash = full.find('/');
  o.name = slash == std::string::npos ? full : full.substr(slash + 1);
  const std::string said = slash == std::string::npos ? "" : full.substr(0, slash);
  if (!is_name(o.name) || (slash != std::string::npos && !is_name(said)) ||
      (!o.namespace_.empty() && !is_name(o.namespace_)))
    refuse("\"" + full + "\" is no name of a pod; " + usage);
  if (!said.empty() && !o.namespace_.empty() && said != o.namespace_)
    refuse("\"" + full + "\" has a namespace already, and -n names another: \"" + o.namespace_ + "\"");
  if (!said.empty()) o.namespace_ = said;
  if (o.namespace_.empty()) o.namespace_ = "default";
  return o;
}

}  // namespace berth::controller
