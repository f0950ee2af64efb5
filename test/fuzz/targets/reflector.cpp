#include "k8s/watch/reflector_step.hpp"
#include "test/fuzz/fuzz.hpp"

#include <string>

/// The rules of lists and watches against a server that says anything: what is asked makes sense, and once the server
/// is well again, all is followed.
namespace berth::fuzz {

namespace {

using namespace std::chrono_literals;
using kind = k8s::reflector_action::kind;

class server {
 public:
  explicit server(std::string_view bytes) : says_(bytes) {}

  void run() {
    k8s::reflector_action next = step_.start();
    while (!says_.over()) next = answered(next);
    now_ += 120s;  // well from now on
    for (int asked = 0; asked < 8; ++asked) {
      check(next);
      if (next.what == kind::watch) return;
      now_ += next.after;
      const k8s::list_head head{std::to_string(1'000'000), ""};
      if (next.what == kind::list) {
        if (next.continue_token.empty()) first_version_ = head.resource_version;
        listed_ = true;
        version_ = first_version_;
        next = step_.listed(head, 1, now_);
      } else {
        next = step_.checked(head, now_);
      }
    }
    promise(false, "a server that is well is followed soon");
  }

 private:
  void check(const k8s::reflector_action& a) const {
    promise(a.after >= 0ms && a.after <= 60s, "no pause is longer than a minute");
    if (a.what == kind::check) promise(a.limit == 1 && a.check_timeout > 0s, "a check is small and ends");
    if (a.what != kind::watch) return;
    promise(listed_, "nothing is watched before all was listed");
    promise(a.version == version_ && a.continue_token.empty(), "a watch begins where the last word was");
    promise(a.watch_timeout >= 300s && a.watch_timeout <= 600s, "a watch has a time-out");
  }

  k8s::error failure() {
    k8s::error why{static_cast<k8s::errc>(1 + says_.upto(16)), "failed"};
    if (says_.one_in(4)) why.detail = "Too large resource version";
    if (says_.one_in(4)) why.retry_after_seconds = static_cast<int>(says_.upto(256)) * 10;
    return why;
  }

  k8s::list_head head() {
    static constexpr const char* tokens[] = {"", "", "", "a", "b"};
    return {std::to_string(says_.upto(40)), tokens[says_.upto(5)]};
  }

  k8s::reflector_action answered(const k8s::reflector_action& a) {
    check(a);
    now_ += a.after + std::chrono::milliseconds(says_.upto(256) * 100);
    switch (a.what) {
      case kind::list: {
        if (says_.one_in(3)) return step_.list_failed(failure(), now_);
        const k8s::list_head h = head();
        if (a.continue_token.empty()) first_version_ = h.resource_version;
        const auto next = step_.listed(h, says_.upto(3), now_);
        if (next.what == kind::watch) {
          listed_ = true;
          version_ = first_version_;
        }
        return next;
      }
      case kind::check:
        return says_.one_in(3) ? step_.checked(failure(), now_) : step_.checked(head(), now_);
      case kind::watch:
        break;
    }
    k8s::watch_progress progress(a.version);
    for (unsigned n = says_.upto(4); n > 0; --n) progress.saw_object(says_.one_in(2), std::to_string(says_.upto(40)));
    if (says_.one_in(5)) progress.saw_error(failure());
    version_ = progress.version();
    if (says_.one_in(5)) return step_.watch_was_silent(progress);
    const auto how = says_.one_in(2) ? k8s::result<void>(failure()) : k8s::result<void>();
    return step_.watch_ended(how, progress, std::chrono::milliseconds(says_.upto(256) * 20), now_);
  }

  choices says_;
  k8s::reflector_step step_{1};
  std::chrono::steady_clock::time_point now_{100h};
  bool listed_ = false;
  std::string version_, first_version_;
};

}  // namespace

void reflector(std::string_view bytes) { server(bytes).run(); }

}  // namespace berth::fuzz
