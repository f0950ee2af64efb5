#include "k8s/watch/reflector.hpp"

#include "k8s/clock.hpp"
#include "k8s/first_of.hpp"
#include "k8s/http/mailbox.hpp"
#include "k8s/run_on.hpp"
#include "k8s/watch/collection_path.hpp"
#include "k8s/watch/comparing.hpp"
#include "k8s/watch/reflector_step.hpp"
#include "k8s/watch/watch_events.hpp"

#include <algorithm>
#include <atomic>
#include <type_traits>
#include <utility>
#include <variant>

namespace berth::k8s {
namespace {

using namespace std::chrono_literals;

/// kube-apiserver ends a list after 60 s by itself.
constexpr auto list_timeout = 120s;
/// The server ends a watch after timeoutSeconds; so much later we do.
constexpr auto watch_grace = 30s;
/// Bookmarks come about once a minute, so a watch that says nothing for longer may be dead; opening it anew is cheap.
constexpr auto silence_limit = 90s;

error too_many(const collection& what) {
  return {errc::too_large, "more than " + std::to_string(what.most_objects) + " objects in one list"};
}

/// Why a watch that might have gone on was given up.
enum class given_up { silent, missed };

template <class Object>
class reflection {
 public:
  reflection(const reflector_context& with, collection what, store<Object>& into, std::uint64_t seed)
      : api_(with.api),
        what_(std::move(what)),
        into_(into),
        observer_(with.observer),
        back_(with.back),
        time_(with.time),
        rules_(seed),
        box_(std::make_shared<mailbox<delivery<Object>>>(with.store_executor,
                                                         [this](delivery<Object> one) { receive(std::move(one)); })),
        comparing_(api_, what_, into_.compared(std::type_identity<Object>()), *box_, observer_, back_, time_) {}
  ~reflection() { box_->close(); }

  task<void> run() {
    for (auto action = rules_.start();;) {
      if (action.after > 0ms) co_await sleep(action);
      switch (action.what) {
        case reflector_action::kind::list:
          action = co_await list(std::move(action));
          break;
        case reflector_action::kind::watch:
          action = co_await watch(std::move(action));
          break;
        case reflector_action::kind::check:
          action = co_await check(std::move(action));
          break;
      }
    }
  }

 private:
  task<void> sleep(const reflector_action& before) {
    if (!before.until_well) co_return co_await time_.sleep_for(before.after);
    const auto end = co_await first_of(time_.sleep_for(before.after), back_.wait());
    if (end.index() == 1) rules_.woken(time_.now());
  }

  void answered() {
    if (rules_.in_outage()) back_.tell();
  }

  task<reflector_action> list(reflector_action action) {
    if (action.continue_token.empty()) {
      staging_.clear();
      history_ = back_.histories();
    }
    const std::size_t before = staging_.size();
    const auto arrived = std::make_shared<page<Object>>();
    arrived->which = what_.whole;
    arrived->box = box_;
    arrived->room = what_.most_objects - before;
    client::item_handler on_item = [arrived](const encoded& item) { arrived->add(item); };
    const stream_options options{.timeout = list_timeout, .form = form_wanted(what_.whole)};
    auto head = co_await api_.list(path_of(what_, action), std::move(on_item), options);
    box_->drain();
    for (const auto& why : arrived->dropped) observer_.dropped(what_, why);
    for (std::size_t i = 0; i < arrived->more_dropped; ++i)
      observer_.dropped(what_, {errc::malformed, "one more of the same list"});
    if (arrived->overfull && head) head = too_many(what_);
    if (!head) {
      staging_.resize(before);
      auto next = rules_.list_failed(head.error(), time_.now());
      if (next.continue_token.empty()) staging_ = {};
      failed("list", head.error(), next);
      co_return next;
    }
    answered();
    auto next = rules_.listed(*head, arrived->came(), time_.now());
    if (next.what == reflector_action::kind::watch) {
      const auto items = staging_.size();
      std::vector<std::shared_ptr<const Object>> all;
      all.reserve(items);
      for (staged_item& item : staging_) {
        if (action.version.empty()) comparing_.let_go_of_what_never_was(item.object, into_);
        if (item.whole) into_.whole(*item.object, std::move(item.whole));
        all.push_back(std::move(item.object));
      }
      staging_ = {};
      into_.replaced(std::move(all));
      comparing_.begin_anew();
      observer_.listed(what_, items);
      recovered();
    }
    co_return next;
  }

  task<reflector_action> check(reflector_action action) {
    client::item_handler nothing = [](const encoded&) {};
    const stream_options options{.timeout = action.check_timeout, .form = form_wanted(what_.whole)};
    const auto head = co_await api_.list(path_of(what_, action), std::move(nothing), options);
    if (head) answered();
    auto next = rules_.checked(head, time_.now());
    if (!head)
      failed("check", head.error(), next);
    else if (next.what == reflector_action::kind::watch)
      observer_.confirmed(what_);
    else
      back_.tell_of_another_history();
    co_return next;
  }

  /// Returns when the open watch is to be given up.
  task<given_up> mind(open_watch<Object>& open) {
    for (;;) {
      const clock::time_point last(clock::duration(open.last_event.load(std::memory_order_relaxed)));
      if (time_.now() >= last + silence_limit) co_return given_up::silent;
      if (history_is_no_more()) co_return given_up::missed;
      if (time_.now() >= comparing_.due() && co_await comparing_.look()) co_return given_up::missed;
      co_await first_of(time_.sleep_until(std::min(last + silence_limit, comparing_.due())), back_.wait());
    }
  }

  /// Another reflector found it out. A server that is seen to go back again and again is followed rarely.
  bool history_is_no_more() {
    if (back_.histories() == history_ || time_.now() < follow_at_) return false;
    follow_at_ = time_.now() + relist_for_missed;
    return true;
  }

  task<reflector_action> watch(reflector_action action) {
    const auto open = std::make_shared<open_watch<Object>>(action.version, what_.whole, box_, time_, failing_);
    const auto begun = time_.now();
    client::event_handler on_event = [open](const encoded& event) { return open->take(event); };
    const stream_options options{.timeout = action.watch_timeout + watch_grace, .form = form_wanted(what_.whole)};
    auto events = api_.watch(path_of(what_, action), std::move(on_event), options);
    const auto end = co_await first_of(std::move(events), mind(*open));
    box_->drain();
    if (open->progress.backwards()) back_.tell_of_another_history();
    if (const given_up* why = std::get_if<given_up>(&end))
      co_return *why == given_up::silent ? rules_.watch_was_silent(open->progress) : rules_.watch_missed_something();
    const result<void>& how = std::get<result<void>>(end);
    auto next = rules_.watch_ended(how, open->progress, time_.now() - begun, time_.now());
    const auto& event = open->progress.error_event();
    if (event)
      failed("watch", *event, next);
    else if (!how && (next.after > 0ms || how.error().code != errc::connection_lost))
      failed("watch", how.error(), next);
    co_return next;
  }

  void failed(const char* phase, const error& why, const reflector_action& next) {
    failing_ = true;
    observer_.failed(what_, phase, why, next.after);
  }
  void recovered() {
    if (std::exchange(failing_, false)) observer_.recovered(what_);
  }

  void receive(delivery<Object> one) {
    using kind = typename delivery<Object>::kind;
    switch (one.what) {
      case kind::staged:
        return staging_.push_back({into_.staged(std::move(one.object)), std::move(one.whole)});
      case kind::applied:
        if (one.whole) into_.whole(*one.object, std::move(one.whole));
        return into_.applied(std::move(one.object));
      case kind::removed:
        return into_.removed(std::move(one.object));
      case kind::dropped:
        return observer_.dropped(what_, one.why);
      case kind::recovered:
        return recovered();
    }
  }

  client& api_;
  collection what_;
  store<Object>& into_;
  reflector_observer& observer_;
  server_return& back_;
  clock& time_;
  reflector_step rules_;
  struct staged_item {
    std::shared_ptr<const Object> object;
    text_ptr whole;  ///< where it is wanted
  };
  std::vector<staged_item> staging_;  ///< of the list under way
  std::shared_ptr<mailbox<delivery<Object>>> box_;
  comparing<Object> comparing_;
  std::uint64_t history_ = 0;  ///< of which the last list is
  clock::time_point follow_at_{};
  bool failing_ = false;  ///< the observer was told of a failure, and not yet that it is over
};

/// On the store's executor, so that deliveries and decisions never overlap.
template <class Object>
task<void> reflect_here(reflector_context with, collection what, store<Object>& into, std::uint64_t seed) {
  reflection<Object> one(with, std::move(what), into, seed);
  co_await one.run();
}

}  // namespace

template <class Object>
task<void> reflect(reflector_context with, collection what, store<Object>& into, std::uint64_t seed) {
  auto executor = with.store_executor;
  auto here = reflect_here(std::move(with), std::move(what), into, seed);
  co_await run_on(std::move(executor), std::move(here));
}

template task<void> reflect(reflector_context, collection, store<pod>&, std::uint64_t);
template task<void> reflect(reflector_context, collection, store<node>&, std::uint64_t);
template task<void> reflect(reflector_context, collection, store<namespace_object>&, std::uint64_t);
template task<void> reflect(reflector_context, collection, store<workload>&, std::uint64_t);
template task<void> reflect(reflector_context, collection, store<disruption_budget>&, std::uint64_t);
template task<void> reflect(reflector_context, collection, store<label_selecting>&, std::uint64_t);
template task<void> reflect(reflector_context, collection, store<workload_selecting>&, std::uint64_t);
template task<void> reflect(reflector_context, collection, store<selecting_workload<label_selecting>>&, std::uint64_t);
template task<void> reflect(reflector_context, collection, store<selecting_workload<workload_selecting>>&,
                            std::uint64_t);
template task<void> reflect(reflector_context, collection, store<persistent_volume>&, std::uint64_t);
template task<void> reflect(reflector_context, collection, store<persistent_volume_claim>&, std::uint64_t);
template task<void> reflect(reflector_context, collection, store<storage_class>&, std::uint64_t);
template task<void> reflect(reflector_context, collection, store<csi_node>&, std::uint64_t);
template task<void> reflect(reflector_context, collection, store<csi_driver>&, std::uint64_t);
template task<void> reflect(reflector_context, collection, store<csi_storage_capacity>&, std::uint64_t);
template task<void> reflect(reflector_context, collection, store<volume_attachment>&, std::uint64_t);

}  // namespace berth::k8s
