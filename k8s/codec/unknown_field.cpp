#include "k8s/codec/unknown_field.hpp"

#include "k8s/text/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace berth::k8s {

namespace {

constexpr std::size_t longest_name = 64;  // of a field that is compared with others

// How many letters differ; swapped neighbours count as two. Neither is longer than longest_name.
std::size_t distance(std::string_view a, std::string_view b) {
  std::array<std::size_t, longest_name + 1> row;
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (to_lower(a[i - 1]) == to_lower(b[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

// The field that was meant, where a name is nearly one. Short names are too near to one another to tell.
std::string_view nearly(std::span<const json_field> fields, std::string_view name) {
  constexpr std::size_t shortest = 5;
  if (name.size() < shortest || name.size() > longest_name) return {};
  for (const json_field& f : fields) {
    const std::size_t length = f.name.size();
    if (length < shortest || length > longest_name) continue;
    // Lengths are compared first: most names that are skipped end there.
    const std::size_t allowed = length < 8 ? 1 : 2;
    if (length > name.size() + allowed || name.size() > length + allowed) continue;
    if (distance(name, f.name) <= allowed) return f.name;
  }
  return {};
}

// Fields that people put one level too high or too low. None of these stands anywhere but where a table has it.
constexpr std::array<std::string_view, 14> rules_of_pods{
    "tolerations",       "nodeSelector", "affinity",    "topologySpreadConstraints",
    "topologyKey",       "nodeAffinity", "podAffinity", "podAntiAffinity",
    "schedulerName",     "taints",       "hostNetwork", "hostPort",
    "whenUnsatisfiable", "maxSkew"};

bool is_misplaced(std::string_view name) {
  return std::find(rules_of_pods.begin(), rules_of_pods.end(), name) != rules_of_pods.end();
}

}  // namespace

std::string remark_on_unknown(std::span<const json_field> fields, std::string_view name) {
  if (const std::string_view meant = nearly(fields, name); !meant.empty())
    return fmt::format("unknown field; did you mean {}?", meant);
  return is_misplaced(name) ? "unknown field here; it belongs elsewhere" : "";
}

}  // namespace berth::k8s
