#include "controller/offline/explain_report.hpp"
#include "k8s/text/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <string>

namespace berth::controller {

namespace {

constexpr std::size_t verdict_bytes = 1024;  // as an event's note has them
constexpr std::size_t placed_nodes = 8;      // named of those that simulated replicas go to

std::string nodes(std::size_t n) { return fmt::format("{} node{}", n, n == 1 ? "" : "s"); }

std::string verdict_of(const pod_judgement& pod) {
  if (!pod.held_back.empty()) return pod.held_back;
  if (!pod.why.error.empty()) return "cannot be judged: " + pod.why.error;
  if (!pod.fits() && pod.finds_node())
    return fmt::format("goes to {} by preemption, evicts {}: {}", *pod.node, shortened(pod.why.victims),
                       pod.why.why.message());
  if (!pod.fits()) return pod.why.why.message();
  const auto feasible = std::count_if(pod.why.nodes.begin(), pod.why.nodes.end(),
                                      [](const scoring::node_verdict& n) { return n.refused == nullptr; });
  std::string out = fmt::format("fits {} of {}", feasible, nodes(pod.why.nodes.size()));
  if (pod.node)
    return fmt::format("{}, goes to {}{}", out, *pod.node, pod.why.best_is_nominated ? ", its nominated node" : "");
  if (pod.why.best_is_nominated) return fmt::format("{}, best: {}, its nominated node", out, pod.why.best.front());
  return fmt::format("{}, best: {}", out, shortened(pod.why.best));
}

std::string owner_of(const pod_judgement& pod) {
  if (pod.object == nullptr || !pod.object->spec->owner) return "";
  const k8s::controller_owner& owner = *pod.object->spec->owner;
  return fmt::format("{} {}/{}", owner.kind, pod.object->key.namespace_, owner.name);
}

// Whose replica it is. Pods without an owner are alike where the index found their specs equal.
std::string who(const pod_judgement& pod, const std::string& owner) {
  if (!owner.empty()) return pod.profile + " " + owner;
  return pod.object == nullptr ? pod.pod : fmt::format("{}", static_cast<const void*>(pod.object->spec.get()));
}

// What replicas have to agree in. While they are simulated, what is free changes from one to the next.
std::string judged_how(const pod_judgement& pod, std::string verdict, const std::string& details) {
  if (pod.node && pod.fits()) return "placed";
  for (auto at = verdict.find(pod.pod); at != verdict.npos; at = verdict.find(pod.pod, at + 1))
    verdict.replace(at, pod.pod.size(), "/");  // no name of a pod
  return pod.node ? verdict : verdict + "\n" + details;
}

// "n1 (40), n2 (39) and 118 nodes more", by number.
std::string placements(const std::map<std::string, std::size_t>& placed) {
  std::vector<std::pair<std::string, std::size_t>> sorted(placed.begin(), placed.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  const std::size_t shown = std::min(sorted.size(), placed_nodes);
  std::string out;
  for (std::size_t i = 0; i < shown; ++i)
    out += fmt::format("{}{} ({})", i == 0 ? "" : ", ", sorted[i].first, sorted[i].second);
  return shown == sorted.size() ? out : fmt::format("{} and {} more", out, nodes(sorted.size() - shown));
}

}  // namespace

void text_report::add(const pod_judgement& pod) {
  ++pods_;
  fitting_ += pod.finds_node() ? 1 : 0;
  const std::string owner = owner_of(pod), verdict = verdict_of(pod), details = details_of(pod, nodes_);
  const auto [at, is_new] = numbers_.try_emplace({who(pod, owner), judged_how(pod, verdict, details)}, entries_.size());
  if (is_new) entries_.push_back({pod.pod, owner, verdict, details, 0, {}});
  entry& e = entries_[at->second];
  ++e.pods;
  if (pod.node && pod.fits()) ++e.placed[*pod.node];
}

void text_report::write(const entry& e) const {
  std::string title = e.first;
  if (e.pods > 1) title += fmt::format(" and {} more", e.pods - 1);
  if (e.pods > 1) title += e.owner.empty() ? " like it" : fmt::format(" ({})", e.owner);
  const bool placed = e.pods > 1 && !e.placed.empty();
  to_ << k8s::excerpt(title, verdict_bytes) << ": "
      << k8s::excerpt(placed ? "go to " + placements(e.placed) : e.verdict, verdict_bytes) << '\n';
  if (!placed) to_ << e.details;
  to_ << '\n';
}

void text_report::finish() {
  for (const entry& e : entries_) write(e);
  if (pods_ == 0)
    to_ << "no pending pods\n";
  else
    to_ << fmt::format("{} pending: {} fit, {} do not\n", pods_, fitting_, pods_ - fitting_);
}

void write_text(std::ostream& out, const std::vector<pod_judgement>& pods) {
  text_report report(out);
  for (const pod_judgement& pod : pods) report.add(pod);
  report.finish();
}

}  // namespace berth::controller
