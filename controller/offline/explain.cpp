#include "controller/offline/explain.hpp"

#include "controller/config/configuration.hpp"
#include "controller/offline/explain_pods.hpp"
#include "controller/offline/explain_report.hpp"
#include "controller/offline/pods_to_judge.hpp"
#include "k8s/codec/cluster_file.hpp"
#include "k8s/config/read_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <ostream>
#include <stdexcept>

namespace berth::controller {

namespace {

constexpr std::size_t max_cluster_bytes = std::size_t{512} << 20;

/// "shop/web-0", with nothing of a file's name in it.
bool looks_like_pod(const std::string& path) {
  return path != "-" && std::count(path.begin(), path.end(), '/') <= 1 && !path.starts_with('/') &&
         std::all_of(path.begin(), path.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '/'; });
}

/// The source that reads the file; standard input for "-". A pod's name in its place is answered with what to type.
cluster_source source_of(const std::string& path, const std::string& command) {
  const std::string name = path == "-" ? "standard input" : path;
  const std::string ask_server =
      looks_like_pod(path) ? fmt::format("; a pod of a running cluster: `{} pod {}`", command, path) : "";
  return {
      name, [path, name, ask_server] {
        const k8s::result<std::string> text =
            path == "-" ? k8s::read_stream(stdin, name, max_cluster_bytes) : k8s::read_file(path, max_cluster_bytes);
        if (!text)
          throw std::runtime_error(text.error().detail + (text.error().code == k8s::errc::not_found ? ask_server : ""));
        k8s::result<k8s::cluster_objects> objects = k8s::read_cluster(*text, name);
        if (!objects) throw std::runtime_error(objects.error().detail);
        return std::move(*objects);
      }};
}

question question_of(const explain_options& options, const std::string& cluster,
                     const std::vector<scoring::profile>& profiles) {
  question asked;
  asked.cluster = cluster;
  asked.configuration = options.config_file;
  asked.pod = options.pod.value_or("");
  asked.live = options.live;
  if (options.config_file.empty()) return asked;
  asked.scheduler_names.emplace();
  for (const scoring::profile& p : profiles) asked.scheduler_names->push_back(p.scheduler_name());
  return asked;
}

shown_nodes nodes_of(const explain_options& options) {
  if (options.nodes == "all") return shown_nodes::all;
  if (options.nodes == "refused") return shown_nodes::refused;
  if (options.nodes == "best") return shown_nodes::best;
  if (options.nodes == "none") return shown_nodes::none;
  throw std::runtime_error("nodes \"" + options.nodes + "\" is none of all, refused, best and none");
}

/// Judges, writes, and tells whether every pod fits, or whether one could not be judged.
template <class Report>
int judge_into(Report report, const k8s::cluster_objects& objects, std::vector<scoring::profile>& profiles,
               const judge_options& how) {
  bool broken = false, all_fit = true;
  judge_each(objects, profiles, how, [&](pod_judgement&& pod) {
    broken = broken || !pod.why.error.empty();
    all_fit = all_fit && pod.finds_node();
    report.add(pod);
  });
  report.finish();
  return broken ? 2 : all_fit ? 0 : 1;
}

/// Exceptions that no pod's verdict names: QueueSort's, while pods are put in order. The first is told.
class told_faults final : public scoring::fault_listener {
 public:
  told_faults(std::ostream& err, const std::string& program) : err_(err), program_(program) {}
  void plugin_threw(const scoring::plugin_fault& fault) override {
    if (!any_) err_ << program_ << ": pod " << fault.pod.key.text() << ": " << fault.message << '\n';
    any_ = true;
  }
  bool any() const noexcept { return any_; }

 private:
  std::ostream& err_;
  const std::string& program_;
  bool any_ = false;
};

int judge(const explain_options& options, const scoring::registry& plugins, const cluster_source& from,
          std::ostream& out, std::ostream& err) {
  const bool configured = !options.config_file.empty();
  const scheduler_configuration configuration =
      configured ? load_configuration(options.config_file) : default_configuration("default-scheduler");
  told_faults faults(err, options.program);
  std::vector<scoring::profile> profiles = make_profiles(configuration, plugins);
  for (scoring::profile& p : profiles) p.report_faults_to(&faults);
  if (!configuration.extenders.empty())
    err << options.program << ": extenders are not called; pods are judged without them\n";
  const k8s::cluster_objects objects = from.load();
  const question asked = question_of(options, from.name, profiles);
  for (const k8s::error& e : objects.dropped) err << options.program << ": left out: " << e.detail << '\n';
  for (const std::string& warning : objects.warnings) err << options.program << ": " << warning << '\n';
  for (const std::string& remark : remarks(objects, asked)) err << options.program << ": " << remark << '\n';
  const std::string nothing = why_nothing(objects, asked);
  const judge_options how{options.simulate, !configured, asked.pod};
  const bool json = options.output == "json";
  if (!nothing.empty()) {
    if (json) json_report(out).finish();
    throw std::runtime_error(nothing);
  }
  const shown_nodes nodes = nodes_of(options);
  const int code = json ? judge_into(json_report(out, nodes), objects, profiles, how)
                        : judge_into(text_report(out, nodes), objects, profiles, how);
  if (!out.flush()) throw std::runtime_error("the output cannot be written");
  return faults.any() || !objects.dropped.empty() || lacks_nodes(objects, asked) ? 2 : code;
}

}  // namespace

int run_explain(const explain_options& options, const scoring::registry& plugins, const cluster_source& from,
                std::ostream& out, std::ostream& err) {
  try {
    if (options.output != "text" && options.output != "json")
      throw std::runtime_error("output \"" + options.output + "\" is neither text nor json");
    return judge(options, plugins, from, out, err);
  } catch (const std::exception& e) {
    err << options.program << ": " << e.what() << '\n';
    return 2;
  }
}

int run_explain(const explain_options& options, const scoring::registry& plugins, std::ostream& out,
                std::ostream& err) {
  const std::string command = options.program + (options.simulate ? " simulate" : " explain");
  return run_explain(options, plugins, source_of(options.cluster_file, command), out, err);
}

}  // namespace berth::controller
