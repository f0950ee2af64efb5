#pragma once

#include "k8s/api/pod.hpp"
#include "scoring/cluster.hpp"
#include "scoring/explains.hpp"

#include <string>
#include <vector>

/// Which of a pod's rules about nodes (nodeSelector, required node affinity) a node breaks: what NodeAffinity says in
/// one sentence, told rule by rule. Pure.
namespace berth::scoring {

/// "zone in (a, b)", "disktype=ssd", "gpu", "!gpu", "cores > 4", as `kubectl get -l` would have it; long ones are cut.
std::string requirement_text(const k8s::selector_requirement& r);

class unmet_rules {
 public:
  /// Borrows the spec; of the cluster it remembers which rules no node obeys.
  unmet_rules(const k8s::pod_spec& spec, const cluster& nodes);
  /// Empty where the node obeys all.
  std::vector<shortfall> on(const k8s::node& node) const;

 private:
  struct rule {
    k8s::selector_requirement wanted;
    bool of_field;  ///< over metadata.name
    std::string text;

    bool obeyed_by(const k8s::node& node) const;
    std::string value_on(const k8s::node& node) const;
  };
  void add(const k8s::selector_requirement& wanted, bool of_field, const char* where, const cluster& nodes);

  const k8s::node_selector* required_ = nullptr;
  std::vector<rule> rules_;  ///< all are to be obeyed
  bool one_term_ = false;    ///< those of `required_` are among them
};

}  // namespace berth::scoring
