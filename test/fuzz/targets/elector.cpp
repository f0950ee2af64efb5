#include "k8s/lease/leader_elector_step.hpp"
#include "test/fuzz/fuzz.hpp"

#include <array>
#include <optional>
#include <string>

/// Two replicas and one lease, at a server that is slow, fails and loses answers: never may both write.
namespace berth::fuzz {

namespace {

using namespace std::chrono_literals;
using kind = k8s::election_action::kind;

struct replica {
  k8s::leader_elector_step step;
  k8s::election_action doing = {};
  k8s::clock::time_point due = {};  ///< when that is over
  std::optional<k8s::result<k8s::lease>> served =
      std::nullopt;  ///< what the server did at once; else it does when that is over
  bool answer_lost = false;
  bool started = false;
};

class two_replicas {
 public:
  explicit two_replicas(std::string_view bytes) : says_(bytes) {}

  void run() {
    for (replica& r : all_) r.due = now_;
    while (!says_.over()) {
      replica& next = all_[0].due <= all_[1].due ? all_[0] : all_[1];
      promise(next.due >= now_, "time goes on");
      now_ = next.due;
      begin(next, what_next(next));
      promise(!may_write(all_[0]) || !may_write(all_[1]), "only one may write");
    }
  }

 private:
  k8s::leader_elector_step another() {
    k8s::leader_election_settings s;
    s.identity = "replica-" + std::to_string(++made_);
    return {s, made_};
  }
  bool may_write(const replica& r) const { return r.step.leading() && now_ < r.step.fresh_until(); }

  k8s::election_action what_next(replica& r) {
    const k8s::clock::wall_time wall(std::chrono::floor<std::chrono::microseconds>(now_.time_since_epoch()));
    if (!std::exchange(r.started, true)) return r.step.start(now_, wall);
    const bool told_to_stop = says_.one_in(16);
    if (r.doing.what == kind::sleep) return told_to_stop ? r.step.stop(now_, wall) : r.step.slept(now_, wall);
    k8s::result<k8s::lease> answer = r.served ? *r.served : serve(r.doing);
    if (r.answer_lost) answer = k8s::error{k8s::errc::timed_out, "lost"};
    return r.step.answered(answer, now_, wall);
  }

  void begin(replica& r, k8s::election_action what) {
    promise(what.timeout >= 0ms && what.timeout <= 10s && what.how_long >= 0ms && what.how_long <= 15s, "all ends");
    const auto some = std::chrono::milliseconds(says_.upto(256) * 40);
    r.served.reset();
    r.answer_lost = false;
    if (what.what == kind::lost || what.what == kind::stopped) {  // the process ends, and another begins
      promise(!r.step.leading(), "who is done does not lead");
      r.step = another();
      r.started = false;
      r.due = now_ + some;
    } else if (what.what == kind::sleep) {
      r.due = now_ + what.how_long + (says_.one_in(8) ? some : 0ms);
    } else {
      r.answer_lost = says_.one_in(4);
      if (says_.one_in(2)) r.served = serve(what);
      r.due = now_ + (r.answer_lost ? what.timeout : std::min(some, what.timeout));
    }
    r.doing = std::move(what);
  }

  k8s::result<k8s::lease> serve(const k8s::election_action& a) {
    if (says_.one_in(8)) return k8s::error{k8s::errc::server_error, "out of order"};
    const bool there = lease_.has_value();
    if (a.what == kind::create && there) return k8s::error{k8s::errc::already_exists, "it is there"};
    if (a.what != kind::create && !there) return k8s::error{k8s::errc::not_found, "there is none"};
    if (a.what == kind::get) return *lease_;
    if (a.what == kind::replace && a.to_write.resource_version != lease_->resource_version)
      return k8s::error{k8s::errc::conflict, "it has changed"};
    lease_ = a.to_write;
    lease_->resource_version = std::to_string(++version_);
    return *lease_;
  }

  choices says_;
  std::uint64_t made_ = 0;
  std::array<replica, 2> all_{replica{another()}, replica{another()}};
  k8s::clock::time_point now_{100h};
  std::optional<k8s::lease> lease_;
  unsigned version_ = 0;
};

}  // namespace

void elector(std::string_view bytes) { two_replicas(bytes).run(); }

}  // namespace berth::fuzz
