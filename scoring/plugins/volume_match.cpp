#include "scoring/plugins/volume_match.hpp"

#include "k8s/api/selector_faults.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace berth::scoring {

namespace {

constexpr const char* hostname_label = "kubernetes.io/hostname";

k8s::quantity amount(const std::optional<k8s::quantity>& q) { return q.value_or(k8s::quantity()); }

bool has_all_modes(const k8s::persistent_volume& volume, const k8s::persistent_volume_claim& claim) {
  return std::all_of(claim.access_modes.begin(), claim.access_modes.end(), [&](const std::string& m) {
    return std::find(volume.access_modes.begin(), volume.access_modes.end(), m) != volume.access_modes.end();
  });
}

/// The hostnames that nodes must have to match one of the terms; nothing where a term asks for none.
std::optional<std::set<std::string>> hostnames_of(const std::optional<k8s::node_selector>& nodes) {
  if (!nodes) return std::nullopt;
  std::set<std::string> names;
  for (const k8s::node_selector_term& t : nodes->terms) {
    const auto by_name =
        std::find_if(t.match_expressions.begin(), t.match_expressions.end(), [](const k8s::selector_requirement& r) {
          return r.key == hostname_label && r.op == k8s::selector_operator::in;
        });
    if (by_name == t.match_expressions.end()) return std::nullopt;
    names.insert(by_name->values.begin(), by_name->values.end());
  }
  return names;
}

}  // namespace

bool reachable(const std::optional<k8s::node_selector>& nodes, const k8s::string_map& labels) {
  if (!nodes) return true;
  // As upstream, which knows only the labels here: fields rule out nothing. A term that does not parse matches no node.
  return std::any_of(nodes->terms.begin(), nodes->terms.end(),
                     [&](const k8s::node_selector_term& t) { return t.matches(labels, "") && t.valid(); });
}

bool is_for(const k8s::persistent_volume& volume, const k8s::persistent_volume_claim& claim) {
  return volume.claim && volume.claim->key == claim.key &&
         (volume.claim->uid.empty() || volume.claim->uid == claim.uid);
}

volume_choice::volume_choice(k8s::claim_ptr claim, const std::vector<k8s::volume_ptr>& volumes)
    : claim_(std::move(claim)) {
  if (claim_->selector)
    if (const std::string fault = k8s::parse_fault(*claim_->selector); !fault.empty()) {
      error_ = "error creating internal label selector for claim: " + claim_->key.text() + ": " + fault;
      return;
    }
  for (const k8s::volume_ptr& v : volumes) {
    if (!fits(*v)) continue;
    if (is_for(*v, *claim_)) {
      kept_for_it_.push_back(v);
    } else if (v->available && (!claim_->selector || claim_->selector->matches(v->labels)) &&
               v->storage_class() == claim_->storage_class() && has_all_modes(*v, *claim_)) {
      candidates_.push_back(v);
    }
  }
  std::stable_sort(candidates_.begin(), candidates_.end(), [](const k8s::volume_ptr& a, const k8s::volume_ptr& b) {
    return amount(a->capacity) < amount(b->capacity);
  });
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    const auto names = hostnames_of(candidates_[i]->nodes);
    if (!names)
      anywhere_.push_back(i);
    else
      for (const std::string& name : *names) by_hostname_[name].push_back(i);
  }
}

bool volume_choice::fits(const k8s::persistent_volume& volume) const {
  return (!volume.claim || is_for(volume, *claim_)) && !(amount(volume.capacity) < amount(claim_->request)) &&
         volume.block == claim_->block && volume.attributes_class == claim_->attributes_class && !volume.deleted;
}

k8s::volume_ptr volume_choice::find(const k8s::node& node, const std::set<std::string_view>& taken) const {
  for (const k8s::volume_ptr& v : kept_for_it_)
    if (!taken.contains(v->name)) return reachable(v->nodes, node.labels) ? v : nullptr;

  const std::string* hostname = node.labels.find(hostname_label);
  const auto here = hostname == nullptr ? by_hostname_.end() : by_hostname_.find(*hostname);
  static const std::vector<std::size_t> none;
  const std::vector<std::size_t>& local = here == by_hostname_.end() ? none : here->second;
  auto a = local.begin();
  auto b = anywhere_.begin();
  while (a != local.end() || b != anywhere_.end()) {
    const std::size_t next = b == anywhere_.end() || (a != local.end() && *a < *b) ? *a++ : *b++;
    const k8s::volume_ptr& v = candidates_[next];
    if (!taken.contains(v->name) && reachable(v->nodes, node.labels)) return v;
  }
  return nullptr;
}

}  // namespace berth::scoring
