#include "controller/offline/explain.hpp"

#include "controller/config/configuration.hpp"
#include "controller/offline/explain_pods.hpp"
#include "controller/offline/explain_report.hpp"
#include "k8s/codec/cluster_file.hpp"
#include "k8s/config/read_file.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <ostream>
#include <stdexcept>

namespace berth::controller {

namespace {

constexpr std::size_t max_cluster_bytes = std::size_t{512} << 20;

k8s::cluster_objects load_cluster(const std::string& path) {
  const std::string name = path == "-" ? "standard input" : path;
  const k8s::result<std::string> text =
      path == "-" ? k8s::read_stream(stdin, name, max_cluster_bytes) : k8s::read_file(path, max_cluster_bytes);
  if (!text) throw std::runtime_error(text.error().detail);
  k8s::result<k8s::cluster_objects> objects = k8s::read_cluster(*text, name);
  if (!objects) throw std::runtime_error(objects.error().detail);
  return std::move(*objects);
}

int judge(const explain_options& options, const scoring::registry& plugins, std::ostream& out, std::ostream& err) {
  const bool configured = !options.config_file.empty();
  const scheduler_configuration configuration =
      configured ? load_configuration(options.config_file) : default_configuration("default-scheduler");
  std::vector<scoring::profile> profiles = make_profiles(configuration, plugins);
  if (!configuration.extenders.empty())
    err << "berth: extenders are not called offline; pods are judged without them\n";
  const k8s::cluster_objects objects = load_cluster(options.cluster_file);
  for (const k8s::error& e : objects.dropped) err << options.program << ": left out: " << e.detail << '\n';
  const std::vector<pod_judgement> pods = judge_pods(objects, profiles, {options.simulate, !configured});
  if (options.output == "json")
    write_json(out, pods);
  else
    write_text(out, pods);
  const bool broken =
      std::any_of(pods.begin(), pods.end(), [](const pod_judgement& p) { return !p.why.error.empty(); });
  if (broken || !objects.dropped.empty()) return 2;
  return std::all_of(pods.begin(), pods.end(), [](const pod_judgement& p) { return p.fits(); }) ? 0 : 1;
}

}  // namespace

int run_explain(const explain_options& options, const scoring::registry& plugins, std::ostream& out,
                std::ostream& err) {
  try {
    if (options.output != "text" && options.output != "json")
      throw std::runtime_error("output \"" + options.output + "\" is neither text nor json");
    return judge(options, plugins, out, err);
  } catch (const std::exception& e) {
    err << options.program << ": " << e.what() << '\n';
    return 2;
  }
}

}  // namespace berth::controller
