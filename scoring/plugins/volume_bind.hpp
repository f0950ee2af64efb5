#pragma once

#include "k8s/api/pod.hpp"
#include "scoring/effects.hpp"
#include "scoring/plugins/volume_needs.hpp"

#include <string>
#include <string_view>
#include <vector>

/// From a plan to bound claims: what is assumed, what is written, and whether the volume controller and the
/// provisioners have done their part. Pure. Upstream: plugins/volumebinding, binder.go.
namespace berth::scoring {

/// The volumes and claims of one pod that are to be written, as they are to become.
class volume_bindings {
 public:
  /// Upstream: AssumePodVolumes.
  volume_bindings(const volume_plan& plan, const std::string& node);

  /// Assumes what differs from what is there; or takes that back. The latter does nothing for what has been written.
  void assume(effects& wanted) const;
  void restore(effects& wanted) const;
  std::vector<storage_write> writes() const;

  /// Takes in what was answered: "" or the error. What was not written is restored.
  std::string written(const std::vector<write_reply>& replies, effects& wanted);

  enum class progress { waiting, done, failed };
  struct state {
    progress what = progress::done;
    std::string why = {};
  };
  /// Whether all is bound as the watches show it. Upstream: checkBindings.
  state check(const k8s::node* node, const std::string& node_name, const storage& objects) const;

 private:
  struct bound_volume {
    k8s::claim_ptr claim;
    k8s::volume_ptr volume;  ///< with its claim, and the resourceVersion of what was last seen or written
    bool differs;
  };
  state check_volume(const bound_volume& b, const k8s::node& node, const storage& objects) const;
  state check_claim(const k8s::persistent_volume_claim& written, const k8s::node& node, const storage& objects) const;

  std::vector<bound_volume> volumes_;
  std::vector<k8s::claim_ptr> claims_;
};

/// Whether version `a` is newer than `b`.
bool newer(std::string_view a, std::string_view b) noexcept;

}  // namespace berth::scoring
