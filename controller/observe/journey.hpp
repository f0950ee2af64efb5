#pragma once

#include "controller/observe/step_scores.hpp"
#include "controller/queue/scheduling_queue.hpp"
#include "controller/runtime/instant.hpp"
#include "k8s/api/metadata.hpp"
#include "scoring/engine/observer.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The steps that one pod went through in this process: what `berth trace` shows. Plain data, kept by journeys.hpp.
namespace berth::controller {

enum class step_kind : std::uint8_t {
  queued,     ///< entered `queue` because of `event`; gated: by the plugin in `by`, because of `text`
  attempt,    ///< taken from the queue for try number `number`; `took`: how long it was there
  stage,      ///< an extension point ran
  assumed,    ///< counts on the node in `text` from now on; `number` nodes fit of `of`
  waiting,    ///< held in Permit by the plugins in `by`, for at most `took`
  allowed,    ///< let go by the plugin in `by`, `took` after `waiting`
  refused,    ///< by the plugins in `by`, because of `text`
  failed,     ///< something broke: `text`
  bound,      ///< to the node in `text`
  elsewhere,  ///< bound by somebody else to the node in `text`
  deleted,    ///< the pod is gone, or has come to its end
  rejected,   ///< bound, and refused by the kubelet of its node: `text`
};

/// The words of a step; steps that say the same share them.
struct step_words {
  std::string text;
  std::string by;                                       ///< names of plugins, joined by ", "
  std::shared_ptr<const step_scores> scores = nullptr;  ///< of `assumed`
};

struct journey_step {
  instant at{};
  duration took{};
  const char* event = nullptr;  ///< a literal, as the metrics name it
  std::shared_ptr<const step_words> words = nullptr;
  std::uint32_t number = 0;
  std::uint32_t of = 0;
  step_kind what{};
  scoring::stage stage{};
  scoring::code how{};
  queue_name queue{};
};

struct journey {
  k8s::object_key pod;
  std::string uid;
  std::string scheduler;
  instant came{};
  std::vector<journey_step> steps;
  std::uint64_t first = 0;  ///< number of steps.front(): so many before it were dropped
  bool cut = false;         ///< it had a beginning that is no longer known
  std::uint32_t attempts = 0;
  std::shared_ptr<const step_scores> scores = nullptr;  ///< of a decision that nothing has come of yet
  std::size_t bytes = 0;                                ///< what `steps` take

  /// No further step is to be expected.
  bool over() const noexcept;
};

/// "queued", "attempt", ...; a stage has its own name.
std::string_view name_of(step_kind k) noexcept;
std::string_view name_of(queue_name q) noexcept;

/// Where the pod is now: "active", "backoff", "unschedulable", "gated" (in that queue), "scheduling", "permit",
/// "binding", "bound", "deleted", "rejected".
std::string_view state_of(const journey& j) noexcept;

/// The step that gated the pod; nullptr where it is not gated now.
const journey_step* gate_of(const journey& j) noexcept;

/// The stable form that /debug/trace serves (docs/trace.md), with the steps from number `after` on.
std::string to_json(const journey& j, std::uint64_t after, instant now, wall_time wall);

}  // namespace berth::controller
