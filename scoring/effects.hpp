#pragma once

#include "k8s/api/metadata.hpp"
#include "k8s/api/storage.hpp"

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <source_location>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

/// What a plugin wants done outside. The process performs effects in order, after the call that left them returned;
/// those of a Permit plugin once the pod waits, if it is to wait, so that it may be about the pod itself.
namespace berth::scoring {

/// One `key=value` of a log line. A value keeps its type, which shows in JSON: a pod's key (`pod.pod->key`) is an
/// object of name and namespace, a number is a number, a duration a string ("1.5s"). Give a key the same type in all
/// lines: of the scheduler's own, `pod` is an object and `node` a name.
struct log_field {
  using variant = std::variant<std::string, k8s::object_key, std::int64_t, double, bool, std::chrono::nanoseconds>;

  template <class T>
  log_field(std::string k, T&& v) : key(std::move(k)), value(hold(std::forward<T>(v))) {}
  bool operator==(const log_field&) const = default;

  std::string key;
  variant value;

 private:
  template <class T>
  static variant hold(T&& v) {
    using plain = std::remove_cvref_t<T>;
    if constexpr (std::same_as<plain, k8s::object_key> || std::same_as<plain, bool>)
      return std::forward<T>(v);
    else if constexpr (std::integral<plain>)
      return static_cast<std::int64_t>(v);
    else if constexpr (std::floating_point<plain>)
      return static_cast<double>(v);
    else if constexpr (std::convertible_to<plain, std::chrono::nanoseconds>)
      return std::chrono::nanoseconds(v);
    else
      return std::string(std::forward<T>(v));
  }
};

/// A log line, klog style: `"message" key="value"`. `where` is the caller that the line names: the plugin's file.
struct log_line {
  int verbosity = 0;
  std::string message;
  std::vector<log_field> fields;
  std::source_location where = std::source_location::current();
};

/// POST the Binding of this pod to this node.
struct bind_pod {
  std::string node;
};

/// A pod that waits in Permit on behalf of `plugin` need not, now or after a while; it goes on once nobody else holds
/// it. Any plugin may say so, in any call, of any pod. Where the pod does not wait at that time, nothing happens; nor
/// where it waits for the second time by then (it was refused in between and came again).
struct allow_pod {
  std::string uid;
  std::string plugin;
  std::chrono::milliseconds after{0};
};

/// The same, but the pod is refused, whoever else holds it: `plugin` and `message` are what its event names.
struct reject_pod {
  std::string uid;
  std::string plugin;
  std::string message;
  std::chrono::milliseconds after{0};
};

/// Evict these pods from `node`, so that the pod of this cycle fits there; it is nominated to the node, and not tried
/// again before the last of them goes. `victims` are uids of placed pods, the most important first.
struct preempt_pods {
  std::string node;
  std::vector<std::string> victims;
  std::int64_t violations = 0;  ///< how many of them a PodDisruptionBudget protects
};

/// In place of `preempt_pods`, where extenders are asked first (cycle_state::proposes_preemptions): everywhere that
/// evicting helps. They leave some of it, and `settle_preemption` chooses.
struct propose_preemptions {
  std::vector<preempt_pods> candidates;
};

/// From now on the volume or claim counts as one that is so, until a newer one is seen; as long as the one that is
/// seen has the same resourceVersion. Nothing where it has not.
struct assume_storage {
  std::variant<k8s::volume_ptr, k8s::claim_ptr> object;
};

/// It counts as it is seen again, where what is assumed has this resourceVersion.
struct restore_storage {
  std::variant<k8s::volume_ptr, k8s::claim_ptr> object;
};

using effect = std::variant<log_line, bind_pod, allow_pod, reject_pod, assume_storage, restore_storage, preempt_pods,
                            propose_preemptions>;

/// What a PreBind plugin wants written before the pod is bound: spec.claimRef and the annotation bound-by-controller of
/// a volume, or the annotation selected-node of a claim, as they are in this object, provided that the API server still
/// has its resourceVersion.
using storage_write = std::variant<k8s::volume_ptr, k8s::claim_ptr>;

/// What the API server answered.
struct write_reply {
  std::string error;             ///< "" where it was written
  std::string resource_version;  ///< of what was written
};

class effects {
 public:
  void add(effect e) { list_.push_back(std::move(e)); }
  void log(int verbosity, std::string message, std::vector<log_field> fields = {},
           std::source_location where = std::source_location::current()) {
    add(log_line{verbosity, std::move(message), std::move(fields), where});
  }
  /// Hands over what has gathered, and starts anew.
  std::vector<effect> take() { return std::exchange(list_, {}); }
  /// Hands over the first of this kind alone, where there is one.
  template <class Effect>
  std::optional<Effect> take_one() {
    for (auto at = list_.begin(); at != list_.end(); ++at) {
      if (Effect* wanted = std::get_if<Effect>(&*at)) {
        std::optional<Effect> taken(std::move(*wanted));
        list_.erase(at);
        return taken;
      }
    }
    return std::nullopt;
  }

 private:
  std::vector<effect> list_;
};

}  // namespace berth::scoring
