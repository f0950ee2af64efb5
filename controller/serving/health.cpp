#include "controller/serving/health.hpp"

#include <algorithm>
#include <set>

namespace berth::controller {

namespace {

struct question {
  bool verbose = false;
  std::set<std::string, std::less<>> excluded;
};

question read_query(std::string_view query) {
  question out;
  while (!query.empty()) {
    const std::string_view one = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), one.size() + 1));
    const std::string_view key = one.substr(0, one.find('='));
    const std::string_view value = key.size() == one.size() ? std::string_view() : one.substr(key.size() + 1);
    out.verbose = out.verbose || key == "verbose";
    if (key == "exclude") out.excluded.emplace(value);
  }
  return out;
}

http_answer answer_all(const std::string& name, const std::vector<health_check>& checks, question asked,
                       const health_record& record) {
  std::string list;
  bool well = true;
  for (const health_check& c : checks) {
    if (asked.excluded.erase(c.name) > 0) {
      list += "[+]" + c.name + " excluded: ok\n";
      continue;
    }
    const bool good = c.problem().empty();
    if (record) record(c.name, name, good);
    well = well && good;
    list += good ? "[+]" + c.name + " ok\n" : "[-]" + c.name + " failed: reason withheld\n";
  }
  if (!asked.excluded.empty()) {
    std::string names;
    for (const std::string& n : asked.excluded) names += (names.empty() ? "\"" : ",\"") + n + "\"";
    list += "warn: some health checks cannot be excluded: no matches for " + names + "\n";
  }
  if (!well) return {.status = 500, .body = list + name + " check failed\n"};
  return {.body = asked.verbose ? list + name + " check passed\n" : "ok"};
}

http_answer answer_one(const health_check& check) {
  const std::string problem = check.problem();
  if (problem.empty()) return {.body = "ok"};
  return {.status = 500, .body = "internal server error: " + problem + "\n"};
}

}  // namespace

std::optional<http_answer> answer_health(std::string_view target, const std::vector<health_check>& checks,
                                         const health_record& record) {
  const std::string_view path = target.substr(0, target.find('?'));
  const std::string_view query = path.size() == target.size() ? std::string_view() : target.substr(path.size() + 1);
  for (const std::string name : {"livez", "readyz", "healthz"}) {
    if (!path.starts_with("/" + name)) continue;
    std::vector<health_check> mine;
    for (const health_check& c : checks)
      if (name == "readyz" ? c.for_readiness : name == "livez" ? c.for_liveness : c.for_health) mine.push_back(c);
    if (mine.empty() || name == "livez")
      mine.insert(mine.begin(), {.name = "ping", .problem = [] { return std::string(); }});
    const std::string_view rest = path.substr(name.size() + 1);
    if (rest.empty()) return answer_all(name, mine, read_query(query), record);
    for (const health_check& c : mine)
      if (rest == "/" + c.name) return answer_one(c);
  }
  return std::nullopt;
}

}  // namespace berth::controller
