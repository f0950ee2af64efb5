#include "test/simulation/simulated_client.hpp"

#include "k8s/codec/list_splitter.hpp"
#include "k8s/retry.hpp"
#include "k8s/wait_for_bell.hpp"
#include "test/simulation/answers.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace berth::simulation {

namespace asio = boost::asio;
using k8s::errc;
using namespace std::chrono_literals;

struct simulated_client::exchange {
  memory_api::request asked;
  asio::steady_timer* bell = nullptr;  ///< null: nobody waits any more
  bool again = false;
  std::optional<k8s::result<memory_api::answer>> answer;
  std::optional<timeline::ticket> deadline;

  void ends(k8s::result<memory_api::answer> how) {
    if (answer) return;
    answer.emplace(std::move(how));
    if (bell != nullptr) bell->cancel();
  }
};

simulated_client::simulated_client(parts p) : with_(p) {}
simulated_client::~simulated_client() = default;

// ---- a request and its answer -----------------------------------------------------------------------------------

k8s::task<k8s::result<memory_api::answer>> simulated_client::ask(memory_api::request r,
                                                                 std::chrono::milliseconds timeout, bool again) {
  asio::steady_timer bell(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
  const auto x = std::make_shared<exchange>();
  x->asked = std::move(r);
  x->bell = &bell;
  x->again = again;
  struct waiting {
    waiting(std::shared_ptr<exchange> e, std::size_t& n) : of(std::move(e)), count(n) { ++count; }
    ~waiting() {
      of->bell = nullptr;
      --count;
    }
    std::shared_ptr<exchange> of;
    std::size_t& count;
  } const here(x, open_requests_);
  if (!dead_) send(x, timeout);
  while (!x->answer) co_await k8s::wait_for(bell);
  if (x->deadline) with_.time.cancel(*x->deadline);
  co_return *std::move(x->answer);
}

void simulated_client::note(const memory_api::request& about, const std::string& line) {
  with_.told.note("{} {}", with_.replica, line);
  with_.told.count(about.body);
}

void simulated_client::fail(const std::shared_ptr<exchange>& x, errc code, const char* why, duration after) {
  with_.time.in(after, [x, code, why] {
    x->ends(k8s::error{code, x->asked.method + " " + x->asked.target + ": " + why});
  });
}

void simulated_client::answer(const std::shared_ptr<exchange>& x, memory_api::answer a, duration after) {
  with_.time.in(after, [this, x, said = std::move(a)] {
    note(x->asked, fmt::format("< {} {} {}", said.status, x->asked.method, x->asked.target));
    x->ends(said);
  });
}

void simulated_client::send(const std::shared_ptr<exchange>& x, std::chrono::milliseconds timeout) {
  const request_fate fate = with_.weather.of_request(with_.replica, x->asked);
  note(x->asked, fmt::format("> {} {}{}{}", x->asked.method, x->asked.target, fate.wrong ? "  !" : "",
                             fate.wrong ? name_of(*fate.wrong) : ""));
  with_.listener.sent(x->asked, x->again);
  x->deadline = with_.time.in(timeout, [x] {
    x->ends(k8s::error{errc::timed_out, x->asked.method + " " + x->asked.target + ": timed out"});
  });
  const auto never_lands = [&] { with_.listener.landed(x->asked, nullptr); };
  if (!with_.server.up()) {
    never_lands();
    return fail(x, errc::unreachable, "connection refused", 1ms);
  }
  if (fate.wrong == trouble::refused || fate.wrong == trouble::reset) {
    never_lands();
    const errc code = fate.wrong == trouble::refused ? errc::unreachable : errc::connection_lost;
    return fail(x, code, name_of(*fate.wrong), fate.there);
  }
  if (fate.wrong == trouble::hangs) return never_lands();
  if (auto instead = answered_by_trouble(fate.wrong)) {
    never_lands();
    return answer(x, *std::move(instead), fate.there + fate.back);
  }
  if (fate.wrong == trouble::late) fail(x, errc::connection_lost, "connection reset", fate.there);
  with_.time.in(fate.there + fate.late, [this, x, fate] { carry_out(x, fate); });
}

void simulated_client::carry_out(const std::shared_ptr<exchange>& x, request_fate fate) {
  if (!with_.server.up()) {
    with_.listener.landed(x->asked, nullptr);
    return fail(x, errc::connection_lost, "connection reset", fate.back);
  }
  memory_api::answer a = with_.server.handle(x->asked);
  with_.listener.landed(x->asked, &a);
  if (fate.wrong == trouble::reset_after) return fail(x, errc::connection_lost, "connection reset", fate.back);
  if (fate.wrong == trouble::late || fate.wrong == trouble::hangs_after) return;
  spoil(a, fate.wrong);
  answer(x, std::move(a), fate.back);
}

k8s::task<k8s::result<std::string>> simulated_client::call(memory_api::request r, k8s::request_options options) {
  const bool is_get = r.method == "GET";
  const bool needs_lead = !is_get && options.lane != k8s::lane::lease;
  const std::string doing = r.method + " " + server() + r.target;
  for (int retries = 0;; ++retries) {
    if (needs_lead && with_.lead != nullptr && !with_.lead->fresh(with_.clock.now()))
      co_return k8s::error{errc::unreachable, doing + ": not sent: the lease has run out"};
    memory_api::request once = r;
    const k8s::result<memory_api::answer> a = co_await ask(std::move(once), options.timeout, retries > 0);
    if (!a && a.error().code != errc::connection_lost) co_return a.error();
    if (a && is_success(*a)) co_return a->body;
    const k8s::error why = a ? error_of(*a, doing) : a.error();
    const auto pause = options.retry ? k8s::retry_after(why, is_get, retries) : std::nullopt;
    if (!pause) co_return why;
    co_await with_.clock.sleep_for(*pause);
  }
}

k8s::task<k8s::result<std::string>> simulated_client::get(std::string path, k8s::request_options options) {
  return call({"GET", std::move(path), "", "", ""}, options);
}
k8s::task<k8s::result<std::string>> simulated_client::create(std::string path, std::string body,
                                                             k8s::request_options options) {
  return call({"POST", std::move(path), "", "application/json", std::move(body)}, options);
}
k8s::task<k8s::result<std::string>> simulated_client::replace(std::string path, std::string body,
                                                              k8s::request_options options) {
  return call({"PUT", std::move(path), "", "application/json", std::move(body)}, options);
}
k8s::task<k8s::result<std::string>> simulated_client::remove(std::string path, std::string body,
                                                             k8s::request_options options) {
  return call({"DELETE", std::move(path), "", "application/json", std::move(body)}, options);
}
k8s::task<k8s::result<std::string>> simulated_client::patch(std::string path, k8s::patch_type type, std::string body,
                                                            k8s::request_options options) {
  const char* content = type == k8s::patch_type::json    ? "application/json-patch+json"
                        : type == k8s::patch_type::merge ? "application/merge-patch+json"
                                                         : "application/strategic-merge-patch+json";
  return call({"PATCH", std::move(path), "", content, std::move(body)}, options);
}

// ---- lists and watches ------------------------------------------------------------------------------------------

k8s::task<k8s::result<k8s::list_head>> simulated_client::list(std::string path, item_handler on_item,
                                                              k8s::stream_options options) {
  const std::string doing = "GET " + server() + path;
  // Beside an open watch a list is held against what is known, and nothing of it is taken in before it was asked for
  // again: by a list of one object.
  const bool compares = watches(path) || path.find("fieldSelector=metadata.name") != path.npos;
  if (!compares) with_.listener.list_begins(path);
  memory_api::request r{"GET", path, "", "", ""};
  const k8s::result<memory_api::answer> a = co_await ask(std::move(r), options.timeout);
  if (!a) co_return a.error();
  if (!is_list(*a)) co_return error_of(*a, doing);
  k8s::list_splitter splitter([&](std::string_view item) {
    if (!compares) with_.listener.item_shown(path, item);
    on_item(k8s::encoded{item});
  });
  const k8s::result<void> fed = splitter.feed(a->body);
  if (is_half(*a)) co_return k8s::error{errc::connection_lost, doing + ": connection reset"};
  if (!fed) co_return fed.error();
  const k8s::result<k8s::list_head> head = splitter.finish();
  if (head && !compares) with_.listener.list_ends(path, head->continue_token.empty());
  co_return head;
}

struct simulated_client::stream final : watcher {
  stream(simulated_client& c, std::string t, event_handler to, asio::steady_timer& b)
      : of(c), target(std::move(t)), on_event(std::move(to)), bell(&b) {}

  line_fate fate_of_line(std::string_view text) override {
    if (mute) return {line_fate::kind::swallowed, 0s};
    const line_fate struck = of.with_.listener.fate_of_line(target, text);
    if (struck.what != line_fate::kind::arrives || struck.later > 0s) return struck;
    return of.with_.weather.of_line(of.with_.replica, target);
  }
  bool line(std::string_view text) override {
    if (of.paused_) {
      held.emplace_back(text);
      return true;
    }
    of.with_.told.note("{} ~ {} {}", of.with_.replica, target.substr(0, target.find('?')), text.substr(0, 40));
    of.with_.told.count(text);
    of.with_.listener.line_shown(target, text);
    return on_event(k8s::encoded{text});
  }
  void ended(bool broke, bool within) override {
    if (mute && !broke) return;
    if (broke || within)
      how.emplace(
          k8s::error{errc::connection_lost, within ? "the watch ended in the middle of an event" : "connection reset"});
    else
      how.emplace();
    if (bell != nullptr && !of.paused_) bell->cancel();
  }
  /// What came while the process stood still.
  void catch_up() {
    for (const std::string& text : std::exchange(held, {})) {
      if (line(text)) continue;
      of.with_.server.leave(id);
      if (!how) ended(false, false);
    }
    if (how && bell != nullptr) bell->cancel();
  }

  simulated_client& of;
  std::string target;
  event_handler on_event;
  asio::steady_timer* bell;
  api_server::watch_id id = 0;
  bool mute = false;
  std::vector<std::string> held;
  std::optional<k8s::result<void>> how;
};

/// Whether a watch of just what this lists is open.
bool simulated_client::watches(std::string_view list) const {
  const auto selected = [](std::string_view target) {
    const std::size_t from = target.find("fieldSelector="), query = target.find('?');
    const std::size_t end = std::min(target.find('&', from == target.npos ? query : from), target.size());
    return from == target.npos ? target.substr(0, query) : target.substr(0, end);
  };
  return std::ranges::any_of(streams_, [&](const std::weak_ptr<stream>& weak) {
    const auto s = weak.lock();
    return s && s->bell != nullptr && !s->how && selected(s->target) == selected(list);
  });
}

k8s::task<k8s::result<void>> simulated_client::watch(std::string path, event_handler on_event,
                                                     k8s::stream_options options) {
  asio::steady_timer bell(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
  memory_api::request r{"GET", path, "", "", ""};
  const k8s::result<memory_api::answer> begun = co_await ask(std::move(r), options.timeout);
  if (!begun) co_return begun.error();
  if (!begun->watching) co_return error_of(*begun, "GET " + server() + path);
  if (is_half(*begun)) co_return k8s::error{errc::connection_lost, "connection reset"};
  const auto odd = with_.weather.of_watch(with_.replica, path);
  if (odd == trouble::ends_at_once) co_return k8s::result<void>();

  const auto s = std::make_shared<stream>(*this, path, std::move(on_event), bell);
  s->mute = odd == trouble::silent;
  s->id = with_.server.open(*begun->watching, *s);
  struct opened {
    opened(std::shared_ptr<stream> what, std::size_t& n) : one(std::move(what)), count(n) { ++count; }
    ~opened() {
      one->bell = nullptr;
      one->of.with_.server.leave(one->id);
      --count;
    }
    std::shared_ptr<stream> one;
    std::size_t& count;
  } const here(s, open_watches_);
  std::erase_if(streams_, [](const std::weak_ptr<stream>& old) { return old.expired(); });
  streams_.push_back(s);
  const timeline::ticket deadline = with_.time.in(options.timeout, [s] {
    if (s->how) return;
    s->how.emplace(k8s::error{errc::timed_out, "timed out"});
    if (s->bell != nullptr) s->bell->cancel();
  });
  while (!s->how) co_await k8s::wait_for(bell);
  with_.time.cancel(deadline);
  co_return *std::move(s->how);
}

void simulated_client::resume() {
  paused_ = false;
  for (const auto& weak : streams_)
    if (const auto s = weak.lock()) s->catch_up();
}

}  // namespace berth::simulation
