#pragma once

#include "k8s/backoff.hpp"
#include "k8s/codec/list_splitter.hpp"
#include "k8s/error.hpp"
#include "k8s/watch/resource_version.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

/// When to list and when to watch, from which version, and after which pause: client-go's reflector without I/O.
///
/// Upstream: client-go tools/cache/reflector.go, tools/pager. Where it differs:
/// - while the server is out of order as a whole (not reached, or answering 401, 403, 429, 5xx or what is no answer) it
///   is tried every 4 s, first at some moment of the first 4 s, so that many reflectors ask at different times; the
///   first that is answered tells the others (server_return.hpp). All other failures back off to 30 s and more, as
///   upstream's, but for the first 30 s after such an outage. So does who was told, and failed again: where lists are
///   answered and watches are not, all would tell each other without end;
/// - a version that is gone (410) is answered by a list within a quarter of a second, unless the last list was less
///   than 10 s ago: an API server that was restarted knows no version older than itself;
/// - a watch that broke, or could not be opened, keeps its version whenever the failure says nothing about the version
///   (401 and 403 may say that watches are not allowed: then all is listed). Upstream keeps it only where the
///   connection was refused or the answer was 429, and lists again otherwise. Before it is used again the server is
///   asked for its present version, by a list of one item: what hangs ends soon, and a server that was restored from an
///   older copy is found out, which would accept a watch from the future and never say a word on it. The same after a
///   watch that was silent;
/// - an event that cannot be read is left out, and the watch goes on: upstream's ends with it. One that brought nothing
///   else backs off as one that ended at once, and all is listed;
/// - a version that is older than one seen before means such a server, too: all is listed anew, by a quorum read;
/// - WatchList is not used: the list is streamed as it is.
///
/// Used on one strand, the store's. Times are the caller's clock's; errors come in as `result`s, nothing is thrown. The
/// state machine is: list, further pages of that list, watch; then watch again or list again, as the failure says.
namespace berth::k8s {

struct reflector_action {
  /// `check` is a list of one item, whose head alone is looked at.
  enum class kind { list, watch, check };
  kind what = kind::list;
  std::chrono::milliseconds after{0};  ///< wait so long first
  bool until_well = false;             ///< or until another request finds the server well: then `woken`

  std::string version;         ///< resourceVersion; "" in a list means the newest, by a quorum read
  std::size_t limit = 0;       ///< of one page; 0: all at once
  std::string continue_token;  ///< not "": the next page, to be added to what has come so far

  std::chrono::seconds watch_timeout{0};  ///< timeoutSeconds
  std::chrono::seconds check_timeout{0};  ///< what hangs longer is asked anew
};

/// What a watch brought: filled while it runs, judged at its end.
class watch_progress {
 public:
  /// A watch begun at no particular version first sends what there is, in no order: until that is over no version
  /// counts.
  explicit watch_progress(const std::string& from) : ordered_(!from.empty() && from != "0"), version_(from) {}

  void saw_object(bool added, std::string version) {
    ++understood_;
    ordered_ = ordered_ || !added;
    // No object is of version 0: etcd's stand-ins have said so in bookmarks (k3s-io/k3s#13305), and meant nothing by
    // it.
    if (!ordered_ || version.empty() || version == "0") return;
    backwards_ = backwards_ || older(version, version_);
    version_ = std::move(version);
  }
  void saw_bookmark(std::string version) { saw_object(false, std::move(version)); }
  /// An event that could not be decoded.
  void saw_malformed() { ++malformed_; }
  void saw_error(error why) {
    ++understood_;
    error_ = std::move(why);
  }

  /// Events that were understood.
  std::size_t understood() const noexcept { return understood_; }
  bool nothing_but_malformed() const noexcept { return understood_ == 0 && malformed_ > 0; }
  const std::string& version() const noexcept { return version_; }
  /// A version came that is older than one before it: this is another history.
  bool backwards() const noexcept { return backwards_; }
  const std::optional<error>& error_event() const noexcept { return error_; }

 private:
  bool ordered_;
  bool backwards_ = false;
  std::string version_;
  std::size_t understood_ = 0;
  std::size_t malformed_ = 0;
  std::optional<error> error_;
};

class reflector_step {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit reflector_step(std::uint64_t seed);

  reflector_action start();
  /// The wait before the last action was cut short: another found the server well.
  void woken(time_point now) { woken_at_ = now; }
  /// A page came, with so many items. Where the next action is a watch, the list is complete; pages that do not come to
  /// an end are a failure of the list.
  reflector_action listed(const list_head& head, std::size_t items, time_point now);
  reflector_action list_failed(const error& why, time_point now);
  /// The answer to `check`.
  reflector_action checked(const result<list_head>& answer, time_point now);
  /// The watch was given up because nothing came for too long.
  reflector_action watch_was_silent(const watch_progress& progress);
  /// The watch was given up because a line of it is missing.
  reflector_action watch_missed_something();
  /// `how` is what client::watch returned.
  reflector_action watch_ended(const result<void>& how, const watch_progress& progress,
                               std::chrono::steady_clock::duration lasted, time_point now);

  /// The server was out of order when it was last asked, and nothing was seen of it since.
  bool in_outage() const noexcept { return outage_since_.has_value(); }

 private:
  struct wait {
    std::chrono::milliseconds after{0};
    bool until_well = false;
  };
  reflector_action list_anew(wait first);
  reflector_action watch_on(wait first);
  reflector_action list_newest(wait first);
  wait pause(const error& why, time_point now);

  backoff backoff_;
  reflector_action asked_;            ///< the list under way
  std::string first_version_;         ///< of its first page
  std::size_t empty_pages_ = 0;       ///< of it, in a row
  std::string version_;               ///< of the last list, event or bookmark
  bool version_unavailable_ = false;  ///< the server knows it no longer, or not yet
  bool retried_at_once_ = false;
  bool pages_always_ = false;         ///< the server has no watch cache
  bool check_first_ = false;          ///< before the next watch
  std::size_t checks_timed_out_ = 0;  ///< in a row
  std::optional<time_point> outage_since_;
  std::optional<time_point> woken_at_;
  std::optional<time_point> went_back_at_;  ///< when a watch last showed an older history
  time_point recovered_by_{};
  time_point listed_at_{};
};

/// Of a list or watch that the server cannot serve at the version asked for: 410 in its forms, "too large resource
/// version".
bool version_is_gone(const error& why);
bool version_is_of_the_future(const error& why);

}  // namespace berth::k8s
