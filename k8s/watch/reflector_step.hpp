#pragma once

#include "k8s/backoff.hpp"
#include "k8s/codec/list_splitter.hpp"
#include "k8s/error.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

/// When to list and when to watch, from which version, and after which pause: client-go's reflector without I/O.
///
/// Upstream: client-go tools/cache/reflector.go, tools/pager. Where it differs:
/// - a server that cannot be reached is tried every 0.5 to 1.5 s, also in the first 30 s after it came back: a probe
///   costs next to nothing, and pods wait for it. All other failures back off to 30 s and more, as upstream's;
/// - a version that is gone (410) is answered by a list within a quarter of a second, unless the last list was less
///   than 10 s ago: an API server that was restarted knows no version older than itself;
/// - a watch that could not be opened keeps its version whenever the failure says nothing about the version. Upstream
///   keeps it only where the connection was refused or the answer was 429, and lists again otherwise;
/// - WatchList is not used: the list is streamed as it is.
///
/// Used on one strand, the store's. Times are the caller's clock's; errors come in as `result`s, nothing is thrown. The
/// state machine is: list, further pages of that list, watch; then watch again or list again, as the failure says.
namespace berth::k8s {

struct reflector_action {
  enum class kind { list, watch };
  kind what = kind::list;
  std::chrono::milliseconds after{0};  ///< wait so long first

  std::string version;         ///< resourceVersion; "" in a list means the newest, by a quorum read
  std::size_t limit = 0;       ///< of one page; 0: all at once
  std::string continue_token;  ///< not "": the next page, to be added to what has come so far

  std::chrono::seconds watch_timeout{0};  ///< timeoutSeconds
};

/// What a watch brought: filled while it runs, judged at its end.
class watch_progress {
 public:
  /// A watch begun at no particular version first sends what there is, in no order: until that is over no version
  /// counts.
  explicit watch_progress(const std::string& from) : ordered_(!from.empty() && from != "0"), version_(from) {}

  void saw_object(bool added, std::string version) {
    ++events_;
    ordered_ = ordered_ || !added;
    if (ordered_ && !version.empty()) version_ = std::move(version);
  }
  void saw_bookmark(std::string version) { saw_object(false, std::move(version)); }
  /// An event that could not be decoded.
  void saw_malformed() { ++events_; }
  void saw_error(error why) {
    ++events_;
    error_ = std::move(why);
  }

  std::size_t events() const noexcept { return events_; }
  const std::string& version() const noexcept { return version_; }
  const std::optional<error>& error_event() const noexcept { return error_; }

 private:
  bool ordered_;
  std::string version_;
  std::size_t events_ = 0;
  std::optional<error> error_;
};

class reflector_step {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit reflector_step(std::uint64_t seed);

  reflector_action start();
  /// A page came. Where the next action is no page of the same list, the list is complete.
  reflector_action listed(const list_head& head, time_point now);
  reflector_action list_failed(const error& why, time_point now);
  /// `how` is what client::watch returned.
  reflector_action watch_ended(const result<void>& how, const watch_progress& progress,
                               std::chrono::steady_clock::duration lasted, time_point now);

 private:
  reflector_action list_anew(std::chrono::milliseconds after);
  reflector_action watch_on(std::chrono::milliseconds after);
  std::chrono::milliseconds pause(const error& why, time_point now);

  backoff backoff_;
  reflector_action asked_;            ///< the list under way
  std::string first_version_;         ///< of its first page
  std::string version_;               ///< of the last list, event or bookmark
  bool version_unavailable_ = false;  ///< the server knows it no longer, or not yet
  bool retried_at_once_ = false;
  bool pages_always_ = false;  ///< the server has no watch cache
  bool outage_ = false;
  time_point recovered_by_{};
  time_point listed_at_{};
};

/// Of a list or watch that the server cannot serve at the version asked for: 410 in its forms, "too large resource
/// version".
bool version_is_gone(const error& why);
bool version_is_of_the_future(const error& why);

}  // namespace berth::k8s
