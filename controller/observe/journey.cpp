#include "controller/observe/journey.hpp"

#include "k8s/api/time.hpp"
#include "k8s/text/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::controller {

namespace {

std::string seconds_text(duration d) { return fmt::format("{:.9f}", seconds_of(d)); }

std::string_view text_of(const journey_step& s) { return s.words ? std::string_view(s.words->text) : ""; }

void write_scores(k8s::json_writer& w, const step_scores& all) {
  w.begin_list("scores");
  for (const step_scores::row& row : all.rows) {
    w.begin_object().member("node", row.node).member("total", row.total).begin_object("plugins");
    for (std::size_t i = 0; i < row.weighted.size(); ++i) w.member((*all.plugins)[i], row.weighted[i]);
    w.end_object().end_object();
  }
  w.end_list();
}

void write_step(k8s::json_writer& w, const journey_step& s, std::uint64_t number, instant came) {
  const std::string_view by = s.words ? std::string_view(s.words->by) : "";
  w.begin_object().member("n", static_cast<std::int64_t>(number));
  w.key("at").number(seconds_text(s.at - came));
  w.member("step", s.what == step_kind::stage ? scoring::name_of(s.stage) : name_of(s.what));
  switch (s.what) {
    case step_kind::queued:
      w.member("queue", name_of(s.queue)).member("event", s.event == nullptr ? "" : s.event);
      w.member_if_any("message", text_of(s));
      break;
    case step_kind::attempt:
      w.member("attempt", std::int64_t{s.number}).key("took").number(seconds_text(s.took));
      break;
    case step_kind::stage:
      w.key("took").number(seconds_text(s.took)).member("code", scoring::name_of(s.how));
      break;
    case step_kind::assumed:
      w.member("node", text_of(s)).member("feasibleNodes", std::int64_t{s.number});
      w.member("evaluatedNodes", std::int64_t{s.of});
      if (s.words && s.words->scores) write_scores(w, *s.words->scores);
      break;
    case step_kind::waiting:
      w.key("timeout").number(seconds_text(s.took));
      break;
    case step_kind::allowed:
      w.key("took").number(seconds_text(s.took));
      break;
    case step_kind::refused:
    case step_kind::failed:
    case step_kind::rejected:
      w.member("message", text_of(s));
      break;
    case step_kind::bound:
    case step_kind::elsewhere:
      w.member("node", text_of(s));
      break;
    case step_kind::deleted:
      break;
  }
  w.member_if_any("plugins", by).end_object();
}

}  // namespace

std::string_view name_of(step_kind k) noexcept {
  constexpr std::string_view names[] = {"queued",  "attempt", "stage", "assumed",   "waiting", "allowed",
                                        "refused", "failed",  "bound", "elsewhere", "deleted", "rejected"};
  return names[static_cast<std::size_t>(k)];
}

std::string_view name_of(queue_name q) noexcept {
  constexpr std::string_view names[] = {"active", "backoff", "unschedulable", "gated"};
  return names[static_cast<std::size_t>(q)];
}

bool journey::over() const noexcept {
  const std::string_view state = state_of(*this);
  return state == "bound" || state == "deleted" || state == "rejected";
}

std::string_view state_of(const journey& j) noexcept {
  for (auto s = j.steps.rbegin(); s != j.steps.rend(); ++s) switch (s->what) {
      case step_kind::queued:
        return name_of(s->queue);
      case step_kind::attempt:
        return "scheduling";
      case step_kind::waiting:
        return "permit";
      case step_kind::assumed:
      case step_kind::allowed:
        return "binding";
      case step_kind::refused:
      case step_kind::failed:
        return "scheduling";
      case step_kind::bound:
      case step_kind::elsewhere:
        return "bound";
      case step_kind::deleted:
        return "deleted";
      case step_kind::rejected:
        return "rejected";
      case step_kind::stage:  // says nothing about where the pod is
        break;
    }
  return "active";
}

const journey_step* gate_of(const journey& j) noexcept {
  const auto last =
      std::find_if(j.steps.rbegin(), j.steps.rend(), [](const journey_step& s) { return s.what != step_kind::stage; });
  const bool gated = last != j.steps.rend() && last->what == step_kind::queued && last->queue == queue_name::gated;
  return gated ? &*last : nullptr;
}

std::string to_json(const journey& j, std::uint64_t after, instant now, wall_time wall) {
  const auto age = std::chrono::duration_cast<std::chrono::microseconds>(now - j.came);
  std::string_view node;
  for (const journey_step& s : j.steps)
    if (s.what == step_kind::bound || s.what == step_kind::elsewhere) node = text_of(s);

  k8s::json_writer w;
  w.begin_object().member("pod", j.pod.text()).member("uid", j.uid).member("scheduler", j.scheduler);
  w.member("came", k8s::format_micro_time(wall - age)).member("state", state_of(j)).member_if_any("node", node);
  if (const journey_step* gate = gate_of(j))
    w.member("plugins", gate->words ? std::string_view(gate->words->by) : "").member("message", text_of(*gate));
  w.member("attempts", std::int64_t{j.attempts});
  w.member("next", static_cast<std::int64_t>(j.first + j.steps.size())).key("complete").boolean(!j.cut);
  w.begin_list("steps");
  for (std::size_t i = 0; i < j.steps.size(); ++i)
    if (j.first + i >= after) write_step(w, j.steps[i], j.first + i, j.came);
  w.end_list().end_object();
  return w.take() + "\n";
}

}  // namespace berth::controller
