#include "scoring/plugins/plugins.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

/// NodeLabelScore prefers nodes by the number in one of their labels: the larger the better, or the smaller. It reads
/// the node's labels alone. No upstream counterpart.
///
/// Arguments
///   label     required: its key
///   reverse   false (default): the largest number scores 100; true: the smallest
///
/// A number is decimal, with a fraction or without: "12", "1.5"; the fourth digit after the point and all beyond do
/// not count, and nothing counts for more than 10^12. Negative ones there are not: no label begins with a minus. Over
/// the feasible nodes a score is the number's share of the largest: of 10, 50 and 100 they are 10, 50 and 100, reversed
/// 90, 50 and 0. A node without the label, or with something else in it, scores 0 both ways.
///
/// That is how scores are scaled everywhere, so the engine keeps them between cycles; reversed it is not, because of
/// the nodes without a number, and they are made in each.
namespace berth::scoring {

namespace {

constexpr std::int64_t scale = 1000;
constexpr std::size_t kept_digits = 3;  ///< log10 of scale
constexpr std::int64_t most = 1'000'000'000'000;
constexpr std::int64_t no_number = -1;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// In thousandths.
std::int64_t number_in(std::string_view text) {
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction = point == std::string_view::npos ? "0" : text.substr(point + 1);
  const auto digits = [](std::string_view t) { return !t.empty() && std::all_of(t.begin(), t.end(), is_digit); };
  if (!digits(whole) || !digits(fraction)) return no_number;

  std::int64_t value = 0;
  for (const char c : whole) value = std::min(most, value * 10 + (c - '0'));
  for (std::size_t i = 0; i < kept_digits; ++i) value = value * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  return std::min(value, most * scale);
}

class node_label_score final : public plugin, public score_plugin {
 public:
  node_label_score(std::string label, bool reverse) : label_(std::move(label)), reverse_(reverse) {}

  std::string_view name() const override { return "NodeLabelScore"; }
  dependencies reads() const override { return {0, reach::own_object}; }
  std::vector<event_interest> events_to_register() const override { return {}; }

  status score(const pod_info&, const cluster& nodes, cycle_state&, score_column& column) const override {
    for (std::size_t i = 0; i < column.nodes().size(); ++i) {
      const std::string* text = nodes.node(column.nodes()[i]).labels.find(label_);
      const std::int64_t number = text == nullptr ? no_number : number_in(*text);
      column.scores()[i] = reverse_ ? number : std::max<std::int64_t>(number, 0);
    }
    return status::ok();
  }

  scaling scales() const override { return reverse_ ? scaling::own : scaling::by_largest; }
  status normalize(const pod_info&, const cluster&, cycle_state&, score_column& column) const override {
    const std::span<std::int64_t> scores = column.scores();
    const std::int64_t largest = *std::max_element(scores.begin(), scores.end());
    for (std::int64_t& s : scores) {
      if (s == no_number)
        s = 0;
      else
        s = max_node_score - (largest == 0 ? 0 : s * max_node_score / largest);
    }
    return status::ok();
  }

 private:
  std::string label_;
  bool reverse_;
};

}  // namespace

std::unique_ptr<plugin> make_node_label_score(arguments& args, const plugin_context&) {
  const std::optional<std::string> label = args.text("label");
  if (!label) args.fail("label", "is required");
  if (!is_qualified_name(*label)) args.fail("label", fmt::format("\"{}\" is not a label key", *label));
  const bool reverse = args.boolean_or("reverse", false);
  args.finish();
  return std::make_unique<node_label_score>(*label, reverse);
}

}  // namespace berth::scoring
