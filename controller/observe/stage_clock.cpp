#include "controller/observe/stage_clock.hpp"

#include <algorithm>
#include <limits>

namespace berth::controller {

namespace {

constexpr int score_verbosity = 10;  // upstream's
constexpr std::size_t scores_kept = 4;

}  // namespace

std::size_t stage_clock::scores_wanted() const {
  return log_.v(score_verbosity) ? std::numeric_limits<std::size_t>::max() : scores_kept;
}

void stage_clock::scored(const scoring::score_table& table) {
  if (log_.v(score_verbosity)) {
    for (const auto& row : table.rows)
      for (std::size_t i = 0; i < table.plugins.size(); ++i)
        if (table.plugins[i] != scoring::extenders_column)  // logged as they came
          log_.info(score_verbosity, "Plugin scored node for pod",
                    {{"pod", pod_}, {"plugin", table.plugins[i]}, {"node", row.node}, {"score", row.weighted[i]}});
    for (const auto& row : table.rows)
      log_.info(score_verbosity, "Calculated node's final score for pod",
                {{"pod", pod_}, {"node", row.node}, {"score", row.total}});
  }
  if (!plugins_ || !std::equal(plugins_->begin(), plugins_->end(), table.plugins.begin(), table.plugins.end()))
    plugins_ = std::make_shared<const std::vector<std::string>>(table.plugins.begin(), table.plugins.end());
  auto kept = std::make_shared<step_scores>();
  kept->plugins = plugins_;
  kept->rows.reserve(scores_kept);
  for (std::size_t i = 0; i < std::min(scores_kept, table.rows.size()); ++i)
    kept->rows.push_back({std::string(table.rows[i].node), table.rows[i].total, table.rows[i].weighted});
  scores_ = std::move(kept);
}

}  // namespace berth::controller
