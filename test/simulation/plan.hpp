#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// What happens in a run: a list of operations, each at its time. A seed makes one; whoever looks for the reason of a
/// violation leaves operations out while it is still there.
namespace berth::simulation {

using std::chrono::milliseconds;

/// What goes wrong with requests and watches while a disturbance lasts. Each is a fault class of docs/reliability.md.
enum class trouble : std::uint8_t {
  refused,          ///< the connection cannot be made
  reset,            ///< the connection breaks; the request was not carried out
  reset_after,      ///< it was carried out, and the answer lost
  late,             ///< the connection breaks; the request is carried out within the next second
  hangs,            ///< no answer until the client gives up; not carried out
  hangs_after,      ///< no answer until the client gives up; carried out
  slow,             ///< answered after a second or two
  bad_request,      ///< 400
  unauthorized,     ///< 401
  forbidden,        ///< 403
  no_such_page,     ///< 404, by something between us and the server
  conflict,         ///< 409, though nothing is in the way
  too_large,        ///< 413
  throttled,        ///< 429
  throttled_until,  ///< 429 with Retry-After
  server_error,     ///< 500
  unavailable,      ///< 503
  late_timeout,     ///< 504, carried out all the same
  redirected,       ///< 302
  web_page,         ///< 200 with HTML
  half_an_answer,   ///< the body is cut; carried out
  no_json,          ///< a body that is no JSON; carried out
  // Of watches
  cut,           ///< the connection breaks between two events
  cut_in_line,   ///< the connection breaks within an event
  ends_at_once,  ///< a watch is ended by the server as soon as it began
  silent,        ///< nothing comes any more, and the connection stays
  swallowed,     ///< an event is lost
  repeated,      ///< an event comes twice
  delayed,       ///< an event comes some seconds late, and those after it too
  expired,       ///< 410 as an event
  garbled,       ///< an event that is no JSON
  unknown_type,  ///< an event of a type that nobody knows
};
constexpr std::size_t troubles = static_cast<std::size_t>(trouble::unknown_type) + 1;
inline bool of_watches(trouble t) { return t >= trouble::cut; }
const char* name_of(trouble t);

enum class act : std::uint8_t {
  create_pod,      ///< `number`: which; `size`: millicores; `other`: its kind, see people.hpp
  delete_pod,      ///< `number`: which of those there are; `other` 1: that of this name
  remake_pod,      ///< deleted, and made anew under its name; `number` and `other` likewise
  finish_pod,      ///< one that runs comes to its end
  add_node,        ///< `number`: its name; `size`: millicores
  remove_node,     ///< `number`: which of those there are
  change_node,     ///< `number`: which; `other`: how
  foreign_pod,     ///< another scheduler's, bound by it; `size`: millicores
  taken_by_other,  ///< another scheduler binds a pod of ours; `number`: which
  crash,           ///< `number`: replica; killed, and started again after `lasts`
  stop,            ///< `number`: replica; asked to stop, and started again after `lasts`
  pause,           ///< `number`: replica; SIGSTOP, and SIGCONT after `lasts`
  set_clock,       ///< `number`: replica; its wall clock is `size` seconds ahead
  api_restart,     ///< away for `lasts`; what watches may resume from is forgotten
  api_away,        ///< refuses connections for `lasts`
  compact,         ///< versions before the present are gone
  restore,         ///< etcd as it was `size` versions ago; away for `lasts`, with `other` changes meanwhile
  lag,             ///< watches and cached lists are `size` ms behind, for `lasts`
  disturb,         ///< `what` for `lasts`, of `size` percent of what `number` (scope) says
};

/// Which requests a disturbance is about.
enum class scope : std::uint8_t { everything, bindings, events, status, lease, lists, watches, reads };

struct operation {
  milliseconds at{0};
  act what = act::create_pod;
  int number = 0;
  int size = 0;
  int other = 0;
  milliseconds lasts{0};
  trouble wrong = trouble::refused;
  int replica = -1;  ///< of disturb: -1 is all of them
};

struct plan {
  std::uint64_t seed = 0;
  int replicas = 1;
  bool election = false;  ///< without one all replicas act
  int nodes = 3;
  milliseconds length{0};  ///< of the part with operations; a quiet part follows
  std::vector<operation> operations;
};

/// A random life: pods and nodes come and go while things go wrong.
plan random_plan(std::uint64_t seed);
std::string text_of(const operation& o);

}  // namespace berth::simulation
