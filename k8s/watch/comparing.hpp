#pragma once

#include "k8s/client.hpp"
#include "k8s/clock.hpp"
#include "k8s/codec/decode.hpp"
#include "k8s/http/mailbox.hpp"
#include "k8s/watch/collection_path.hpp"
#include "k8s/watch/comparison.hpp"
#include "k8s/watch/watch_events.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// When a reflector holds its store against the server, and the requests that takes; what is found is in
/// comparison.hpp. Private to k8s/watch/.
namespace berth::k8s {

/// The store is compared so often, or so rarely that it costs no more than some tenths of a percent of a processor;
/// where they differ, the objects are asked for after a while.
inline constexpr clock::duration least_compare_interval = std::chrono::minutes(2);
inline constexpr clock::duration compare_interval_per_object = std::chrono::milliseconds(12);
inline constexpr clock::duration look_again_after = std::chrono::minutes(1);
/// All is listed anew for that reason no more often.
inline constexpr clock::duration relist_for_missed = std::chrono::minutes(10);
inline constexpr std::size_t compared_at_once = 500;
inline constexpr std::size_t most_asked_for = 20;
inline constexpr std::chrono::seconds ask_timeout{30};

/// Part of a reflection, on the store's executor. What is passed by reference outlives it.
template <class Object>
class comparing {
 public:
  /// `with` is null where the store cannot be compared. Events that have been read are delivered from `box` before the
  /// store is asked.
  comparing(client& api, const collection& what, const comparable<Object>* with, mailbox<delivery<Object>>& box,
            reflector_observer& observer, server_return& back, clock& time)
      : api_(api), what_(what), with_(with), box_(box), observer_(observer), back_(back), time_(time) {}

  /// All was listed: there is nothing to compare for a while.
  void begin_anew() {
    suspected_.reset();
    due_ = time_.now() + least_compare_interval;
  }
  /// `shown` is of a list of the server's newest state. Where it is older than what the store has of it, or another at
  /// the same version, the store's is of a history that is no more, and goes first: a store may rightly take an older
  /// state for a late one (no pod loses its node).
  void let_go_of_what_never_was(const std::shared_ptr<const Object>& shown, store<Object>& from) const {
    if constexpr (comparable_kind<Object>) {
      if (with_ == nullptr || with_->agrees(*shown)) return;
      const held_state here = with_->held(key_of(*shown));
      const std::string& version = shown->resource_version;
      if (here.state != nullptr && (older(version, here.version) || version == here.version)) from.removed(shown);
    }
  }
  /// When `look` is to be called next.
  clock::time_point due() const noexcept { return with_ == nullptr ? clock::time_point::max() : due_; }

  /// Whether the watch has missed something, or follows a history that is no more; the observer is told what.
  task<bool> look() {
    if constexpr (comparable_kind<Object>) {
      if (suspected_) co_return co_await look_again();
      comparison<Object> now(*with_);
      const bool whole = co_await compare(now);
      if (now.another_history() && time_.now() >= relist_at_) {
        begin_anew();
        missed(*now.another_history());
        back_.tell_of_another_history();
        co_return true;
      }
      const clock::duration by_size = compare_interval_per_object * static_cast<std::int64_t>(now.objects());
      const bool again = whole && now.has_suspects();
      due_ = time_.now() + (again ? look_again_after : std::max(least_compare_interval, by_size));
      if (again) suspected_.emplace(std::move(now));
    }
    co_return false;
  }

 private:
  struct listed {
    std::vector<std::shared_ptr<const Object>> objects;
    bool unreadable = false;  ///< some of them
  };

  /// `into` is filled on the connection's strand.
  task<result<list_head>> list(std::string path, std::shared_ptr<listed> into) {
    client::item_handler on_item = [into](const encoded& item) {
      auto decoded = decode_object<Object>(item);
      if (decoded)
        into->objects.push_back(std::move(*decoded));
      else
        into->unreadable = true;
    };
    return api_.list(std::move(path), std::move(on_item), {.timeout = ask_timeout, .form = form_wanted(what_.whole)});
  }

  task<bool> look_again() {
    const comparison<Object> then = std::move(*suspected_);
    begin_anew();
    if (time_.now() < relist_at_) co_return false;
    auto suspects = then.unchanged();
    if (suspects.size() > most_asked_for) suspects.resize(most_asked_for);
    for (const auto& suspect : suspects) {
      const auto found = std::make_shared<listed>();
      if (!co_await list(path_of(what_, suspect.key), found)) co_return false;
      box_.drain();
      if (found->unreadable) continue;
      std::shared_ptr<const Object> now;
      for (const auto& one : found->objects)
        if (key_of(*one) == suspect.key) now = one;
      if (!then.missed(suspect, now)) continue;
      missed(suspect.key);
      co_return true;
    }
    co_return false;
  }

  void missed(const object_key& key) {
    relist_at_ = time_.now() + relist_for_missed;
    observer_.missed(what_, key);
  }

  /// False where the server could not be asked to the end.
  task<bool> compare(comparison<Object>& now) {
    reflector_action next;
    next.limit = compared_at_once;
    do {
      const auto items = std::make_shared<listed>();
      const auto head = co_await list(path_of(what_, next), items);
      if (!head || now.objects() > what_.most_objects || (items->objects.empty() && !head->continue_token.empty()))
        co_return false;
      box_.drain();
      now.page(items->objects, *head);
      next.continue_token = head->continue_token;
    } while (!next.continue_token.empty());
    co_return true;
  }

  client& api_;
  const collection& what_;
  const comparable<Object>* with_;
  mailbox<delivery<Object>>& box_;
  reflector_observer& observer_;
  server_return& back_;
  clock& time_;
  clock::time_point due_{};
  clock::time_point relist_at_{};
  std::optional<comparison<Object>> suspected_;  ///< to be looked at again
};

}  // namespace berth::k8s
