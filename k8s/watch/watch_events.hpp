#pragma once

#include "k8s/clock.hpp"
#include "k8s/codec/decode.hpp"
#include "k8s/codec/whole_object.hpp"
#include "k8s/http/mailbox.hpp"
#include "k8s/watch/reflector.hpp"
#include "k8s/watch/reflector_step.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// What lists and watches bring, item by item and event by event, decoded on the connection's strand, before it goes
/// over to the store's. Private to k8s/watch/.
namespace berth::k8s {

/// Events waiting for a store that is slower than the server. Beyond it the watch is ended and, once they are
/// delivered, resumed: the server keeps them for us.
constexpr std::size_t max_waiting = 4096;
constexpr std::size_t max_errors_kept = 100;
using text_ptr = std::shared_ptr<const std::string>;

/// Whole texts are JSON, so a kind of which they are kept is asked for in it.
inline encoding form_wanted(kept_texts which) {
  return which == kept_texts::none ? encoding::protobuf : encoding::json;
}

inline bool whole_wanted(kept_texts which, const pod& p) {
  return which == kept_texts::all || (which == kept_texts::unassigned && p.node_name.empty());
}
inline bool whole_wanted(kept_texts which, const node&) { return which != kept_texts::none; }
template <class Object>
bool whole_wanted(kept_texts, const Object&) {
  return false;
}

/// What goes from a list or watch to the store: an object, or why there is none.
template <class Object>
struct delivery {
  enum class kind : std::uint8_t { staged, applied, removed, dropped, recovered };
  kind what;
  std::shared_ptr<const Object> object;
  error why;
  text_ptr whole = nullptr;  ///< of staged and applied, where it is wanted
};

/// One page under way: decodes on the connection's strand while the reflector waits. Each item goes over to the store's
/// executor at once, for a list at version "0" comes as one page, however long.
template <class Object>
struct page {
  kept_texts which = kept_texts::none;
  std::shared_ptr<mailbox<delivery<Object>>> box;
  std::size_t items = 0;       ///< that were handed over
  std::vector<error> dropped;  ///< the first max_errors_kept
  std::size_t more_dropped = 0;
  std::size_t room = 0;  ///< how many items more are taken
  bool overfull = false;

  std::size_t came() const { return items + dropped.size() + more_dropped; }

  void add(const encoded& item) {
    overfull = overfull || items >= room;
    if (overfull) return;
    auto decoded = decode_object<Object>(item);
    if (decoded) {
      const bool keep = item.form == encoding::json && whole_wanted(which, **decoded);
      text_ptr whole = keep ? keep_whole(item.bytes) : nullptr;
      box->push({delivery<Object>::kind::staged, std::move(*decoded), {}, std::move(whole)});
      ++items;
    } else if (dropped.size() < max_errors_kept) {
      dropped.push_back(decoded.error());
    } else {
      ++more_dropped;
    }
  }
};

/// A watch under way: decodes on the connection's strand, hands over to the store's executor.
template <class Object>
struct open_watch {
  using kind = typename delivery<Object>::kind;

  open_watch(const std::string& from, kept_texts whole, std::shared_ptr<mailbox<delivery<Object>>> b, clock& c,
             bool after_failure)
      : progress(from),
        which(whole),
        box(std::move(b)),
        time(c),
        last_event(c.now().time_since_epoch().count()),
        tell_of_recovery(after_failure) {}

  bool take(const encoded& sent) {
    using type = typename watch_event<Object>::type;
    auto event = decode_watch_event<Object>(sent);
    if (!event) {
      progress.saw_malformed();
      return box->push({kind::dropped, nullptr, event.error()}) < max_waiting;
    }
    last_event.store(time.now().time_since_epoch().count(), std::memory_order_relaxed);
    if (event->what != type::error && std::exchange(tell_of_recovery, false)) box->push({kind::recovered, nullptr, {}});
    switch (event->what) {
      case type::error:
        progress.saw_error(to_error(event->status, "ERROR event"));
        return false;
      case type::bookmark:
        progress.saw_bookmark(std::move(event->resource_version));
        return !progress.backwards();
      case type::added:
      case type::modified:
      case type::deleted:
        break;
    }
    progress.saw_object(event->what == type::added, std::move(event->resource_version));
    if (progress.backwards()) return false;
    const auto what = event->what == type::deleted ? kind::removed : kind::applied;
    const bool keep = sent.form == encoding::json && what == kind::applied && whole_wanted(which, *event->object);
    text_ptr whole = keep ? keep_whole(json_member(sent.bytes, "object")) : nullptr;
    return box->push({what, std::move(event->object), {}, std::move(whole)}) < max_waiting;
  }

  watch_progress progress;
  kept_texts which;
  std::shared_ptr<mailbox<delivery<Object>>> box;
  clock& time;
  std::atomic<clock::duration::rep> last_event;  ///< that could be read
  bool tell_of_recovery;
};

}  // namespace berth::k8s
