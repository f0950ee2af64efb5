#include "scoring/plugins/plugins.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
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
/// not count, and nothing counts for more than 10^12. Over the feasible nodes a score is the number's share of the
/// largest: of 10, 50 and 100 they are 10, 50 and 100, reversed 90, 50 and 0. Negative numbers (no label of a real node
/// can be one) move the scale's zero down to the smallest. A node without the label, or with something else in it,
/// scores 0 both ways.
namespace berth::scoring {

namespace {

constexpr std::int64_t scale = 1000;
constexpr int kept_digits = 3;  ///< log10 of scale
constexpr std::int64_t most = 1'000'000'000'000;
constexpr std::int64_t no_number = std::numeric_limits<std::int64_t>::min();

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// In thousandths.
std::optional<std::int64_t> number_in(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction = point == std::string_view::npos ? "0" : text.substr(point + 1);
  const auto digits = [](std::string_view t) { return !t.empty() && std::all_of(t.begin(), t.end(), is_digit); };
  if (!digits(whole) || !digits(fraction)) return std::nullopt;

  std::int64_t value = 0;
  for (const char c : whole) value = std::min(most, value * 10 + (c - '0'));
  for (int i = 0; i < kept_digits; ++i)
    value =
        value * 10 + (static_cast<std::size_t>(i) < fraction.size() ? fraction[static_cast<std::size_t>(i)] - '0' : 0);
  value = std::min(value, most * scale);
  return negative ? -value : value;
}

class node_label_score final : public plugin, public score_plugin {
 public:
  node_label_score(std::string label, bool reverse) : label_(std::move(label)), reverse_(reverse) {}

  std::string_view name() const override { return "NodeLabelScore"; }
  dependencies reads() const override { return {0, reach::node}; }
  std::vector<event_interest> cured_by() const override { return {}; }

  status score(const pod_info&, const cluster& nodes, cycle_state&, score_column& column) const override {
    for (std::size_t i = 0; i < column.nodes().size(); ++i) {
      const std::string* text = nodes.node(column.nodes()[i]).labels.find(label_);
      column.scores()[i] = text == nullptr ? no_number : number_in(*text).value_or(no_number);
    }
    return status::ok();
  }

  bool normalizes() const override { return true; }
  status normalize(const pod_info&, const cluster&, cycle_state&, score_column& column) const override {
    std::int64_t zero = 0, largest = no_number;
    for (const std::int64_t number : column.scores()) {
      if (number == no_number) continue;
      zero = std::min(zero, number);
      largest = std::max(largest, number);
    }
    for (std::int64_t& s : column.scores()) {
      if (s == no_number) {
        s = 0;
        continue;
      }
      s = largest == zero ? 0 : (s - zero) * max_node_score / (largest - zero);
      if (reverse_) s = max_node_score - s;
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
