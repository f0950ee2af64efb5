#include "k8s/watch/reflector.hpp"

#include "k8s/clock.hpp"
#include "k8s/http/mailbox.hpp"
#include "k8s/run_on.hpp"
#include "k8s/watch/collection_path.hpp"
#include "k8s/watch/reflector_step.hpp"
#include "k8s/watch/watch_lines.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/multiple_exceptions.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <optional>
#include <utility>

namespace berth::k8s {
namespace {

namespace asio = boost::asio;
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

/// Returns when there was no line for too long.
task<void> silence(std::atomic<clock::duration::rep>& last_line, clock& time) {
  for (;;) {
    const clock::time_point last(clock::duration(last_line.load(std::memory_order_relaxed)));
    if (time.now() >= last + silence_limit) co_return;
    co_await time.sleep_until(last + silence_limit);
  }
}

/// Nothing: it was given up because it was silent.
task<std::optional<result<void>>> watch_until_silent(client& api, std::string path, client::line_handler on_line,
                                                     std::chrono::milliseconds timeout,
                                                     std::atomic<clock::duration::rep>& last_line, clock& time) {
  using namespace asio::experimental::awaitable_operators;
  try {
    auto first = co_await (api.watch(std::move(path), std::move(on_line), timeout) || silence(last_line, time));
    if (first.index() == 1) co_return std::nullopt;
    co_return std::get<0>(std::move(first));
  } catch (const asio::multiple_exceptions& all) {
    std::rethrow_exception(all.first_exception());
  }
}

template <class Object>
class reflection {
 public:
  reflection(client& api, collection what, store<Object>& into, asio::any_io_executor executor,
             reflector_observer& observer, std::uint64_t seed, clock& time)
      : api_(api),
        what_(std::move(what)),
        into_(into),
        observer_(observer),
        time_(time),
        rules_(seed),
        box_(std::make_shared<mailbox<delivery<Object>>>(executor,
                                                         [this](delivery<Object> one) { receive(std::move(one)); })) {}
  ~reflection() { box_->close(); }

  task<void> run() {
    for (auto action = rules_.start();;) {
      if (action.after > 0ms) co_await time_.sleep_for(action.after);
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
  task<reflector_action> list(reflector_action action) {
    if (action.continue_token.empty()) staging_.clear();
    const std::size_t before = staging_.size();
    const auto arrived = std::make_shared<page<Object>>();
    arrived->which = what_.whole;
    arrived->box = box_;
    arrived->room = what_.most_objects - before;
    auto on_item = [arrived](std::string_view item) { arrived->add(item); };
    auto head = co_await api_.list(path_of(what_, action), std::move(on_item), list_timeout);
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
    auto next = rules_.listed(*head, arrived->came(), time_.now());
    if (next.what == reflector_action::kind::watch) {
      const auto items = staging_.size();
      std::vector<std::shared_ptr<const Object>> all;
      all.reserve(items);
      for (staged_item& item : staging_) {
        if (item.whole) into_.whole(*item.object, std::move(item.whole));
        all.push_back(std::move(item.object));
      }
      staging_ = {};
      into_.replaced(std::move(all));
      observer_.listed(what_, items);
      recovered();
    }
    co_return next;
  }

  task<reflector_action> check(reflector_action action) {
    client::item_handler nothing = [](std::string_view) {};
    const auto head = co_await api_.list(path_of(what_, action), std::move(nothing), action.check_timeout);
    auto next = rules_.checked(head, time_.now());
    if (!head)
      failed("check", head.error(), next);
    else if (next.what == reflector_action::kind::watch)
      observer_.confirmed(what_);
    co_return next;
  }

  task<reflector_action> watch(reflector_action action) {
    const auto open = std::make_shared<open_watch<Object>>(action.version, what_.whole, box_, time_, failing_);
    const auto begun = time_.now();
    auto on_line = [open](std::string_view line) { return open->line(line); };
    const auto end = co_await watch_until_silent(api_, path_of(what_, action), std::move(on_line),
                                                 action.watch_timeout + watch_grace, open->last_line, time_);
    box_->drain();
    if (!end) co_return rules_.watch_was_silent(open->progress);
    const result<void>& how = *end;
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
  clock& time_;
  reflector_step rules_;
  struct staged_item {
    std::shared_ptr<const Object> object;
    text_ptr whole;  ///< where it is wanted
  };
  std::vector<staged_item> staging_;  ///< of the list under way
  std::shared_ptr<mailbox<delivery<Object>>> box_;
  bool failing_ = false;  ///< the observer was told of a failure, and not yet that it is over
};

/// On the store's executor, so that deliveries and decisions never overlap.
template <class Object>
task<void> reflect_here(client& api, collection what, store<Object>& into, asio::any_io_executor executor,
                        reflector_observer& observer, std::uint64_t seed, clock& time) {
  reflection<Object> one(api, std::move(what), into, std::move(executor), observer, seed, time);
  co_await one.run();
}

}  // namespace

template <class Object>
task<void> reflect(client& api, collection what, store<Object>& into, asio::any_io_executor store_executor,
                   reflector_observer& observer, std::uint64_t seed, clock& time) {
  auto here = reflect_here(api, std::move(what), into, store_executor, observer, seed, time);
  co_await run_on(std::move(store_executor), std::move(here));
}

template task<void> reflect(client&, collection, store<pod>&, asio::any_io_executor, reflector_observer&, std::uint64_t,
                            clock&);
template task<void> reflect(client&, collection, store<node>&, asio::any_io_executor, reflector_observer&,
                            std::uint64_t, clock&);
template task<void> reflect(client&, collection, store<namespace_object>&, asio::any_io_executor, reflector_observer&,
                            std::uint64_t, clock&);
template task<void> reflect(client&, collection, store<workload>&, asio::any_io_executor, reflector_observer&,
                            std::uint64_t, clock&);
template task<void> reflect(client&, collection, store<disruption_budget>&, asio::any_io_executor, reflector_observer&,
                            std::uint64_t, clock&);
template task<void> reflect(client&, collection, store<label_selecting>&, asio::any_io_executor, reflector_observer&,
                            std::uint64_t, clock&);
template task<void> reflect(client&, collection, store<workload_selecting>&, asio::any_io_executor, reflector_observer&,
                            std::uint64_t, clock&);
template task<void> reflect(client&, collection, store<selecting_workload<label_selecting>>&, asio::any_io_executor,
                            reflector_observer&, std::uint64_t, clock&);
template task<void> reflect(client&, collection, store<selecting_workload<workload_selecting>>&, asio::any_io_executor,
                            reflector_observer&, std::uint64_t, clock&);
template task<void> reflect(client&, collection, store<persistent_volume>&, asio::any_io_executor, reflector_observer&,
                            std::uint64_t, clock&);
template task<void> reflect(client&, collection, store<persistent_volume_claim>&, asio::any_io_executor,
                            reflector_observer&, std::uint64_t, clock&);
template task<void> reflect(client&, collection, store<storage_class>&, asio::any_io_executor, reflector_observer&,
                            std::uint64_t, clock&);
template task<void> reflect(client&, collection, store<csi_node>&, asio::any_io_executor, reflector_observer&,
                            std::uint64_t, clock&);
template task<void> reflect(client&, collection, store<csi_driver>&, asio::any_io_executor, reflector_observer&,
                            std::uint64_t, clock&);
template task<void> reflect(client&, collection, store<csi_storage_capacity>&, asio::any_io_executor,
                            reflector_observer&, std::uint64_t, clock&);
template task<void> reflect(client&, collection, store<volume_attachment>&, asio::any_io_executor, reflector_observer&,
                            std::uint64_t, clock&);

}  // namespace berth::k8s
