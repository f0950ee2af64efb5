#include "scoring/reservations/reservations.hpp"

#include "scoring/arguments.hpp"

#include <algorithm>
#include <map>

namespace berth::scoring {

namespace {

constexpr std::string_view amount_prefix = "reserve.";
constexpr std::string_view record_prefix = "berth.dev/reservation.";

bool is_dns_label(std::string_view s) {
  const auto alnum = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !s.empty() && s.size() <= 63 && alnum(s.front()) && alnum(s.back()) &&
         std::all_of(s.begin(), s.end(), [&](char c) { return alnum(c) || c == '-'; });
}

// What is wrong with the key of an amount, "" where nothing is; `key` begins with amount_prefix.
std::string read_amount_key(std::string_view key, reservation_key& out) {
  const std::string_view rest = key.substr(amount_prefix.size());
  const std::size_t slash = rest.find('/');
  const std::string_view resource = rest.substr(0, slash);
  if (resource.empty()) return "names no resource after \"reserve.\"";
  if (!is_dns_label(resource)) return "the resource is no DNS label";
  if (slash == rest.npos) return "has no id: reserve.RESOURCE/ID is what it takes";
  const std::string_view id = rest.substr(slash + 1);
  if (id.empty()) return "has no id after the slash";
  if (id.find('/') != id.npos || !is_qualified_name(id)) return "the id is not one";
  out = {std::string(resource), std::string(id)};
  return "";
}

std::string read_record_key(std::string_view key, reservation_key& out) {
  const std::string_view id = key.substr(record_prefix.size());
  if (id.empty()) return "has no id after \"reservation.\"";
  if (id.find('/') != id.npos || !is_qualified_name(id)) return "the id is not one";
  out = {"", std::string(id)};
  return "";
}

bool is_amount(std::string_view key) {
  if (!key.starts_with(amount_prefix)) return false;
  const std::string_view prefix = key.substr(0, key.find('/'));
  return prefix.find('.', amount_prefix.size()) == prefix.npos;
}

class reader {
 public:
  void read(const std::string& key, const std::string& value) {
    const bool amount = is_amount(key);
    if (!amount && !key.starts_with(record_prefix)) return;
    reservation_key k;
    std::string wrong = amount ? read_amount_key(key, k) : read_record_key(key, k);
    if (wrong.empty()) wrong = amount ? read_amount(k, value) : read_record(k, value);
    if (!wrong.empty()) bad_.push_back({key, value, std::move(wrong)});
  }

  node_reservations take() {
    node_reservations out;
    for (auto& [id, r] : by_id_) {
      // An amount that has its own key is what that key says.
      if (r.record)
        for (const auto& [name, amount] : r.record->resources)
          if (r.amounts.find(name) == nullptr) r.amounts.set(name, amount);
      out.good.push_back(std::move(r));
    }
    out.bad = std::move(bad_);
    return out;
  }

 private:
  reservation* at(const std::string& id) {
    const auto there = by_id_.find(id);
    if (there != by_id_.end()) return &there->second;
    if (by_id_.size() >= max_reservations_per_node) return nullptr;
    reservation& r = by_id_[id];
    r.id = id;
    return &r;
  }
  static std::string too_many() {
    return "more than " + std::to_string(max_reservations_per_node) + " reservations on one node";
  }

  std::string read_amount(const reservation_key& k, const std::string& value) {
    const k8s::result<k8s::quantity> amount = k8s::quantity::parse(value);
    if (!amount) return amount.error().detail;
    if (*amount < k8s::quantity{}) return "negative";
    reservation* r = at(k.id);
    if (r == nullptr) return too_many();
    r->amounts.set(k.resource, *amount);
    return "";
  }

  std::string read_record(const reservation_key& k, const std::string& value) {
    k8s::result<reservation_record> record = decode_reservation_record(value);
    if (!record) return record.error().detail;
    reservation* r = at(k.id);
    if (r == nullptr) return too_many();
    r->record = std::move(*record);
    return "";
  }

  std::map<std::string, reservation> by_id_;
  std::vector<malformed_reservation> bad_;
};

}  // namespace

bool may_have_reservations(const k8s::string_map& annotations) {
  const auto any_with = [&](std::string_view prefix) {
    const auto at = std::lower_bound(annotations.begin(), annotations.end(), prefix,
                                     [](const auto& e, std::string_view p) { return e.first < p; });
    return at != annotations.end() && at->first.starts_with(prefix);
  };
  return any_with(amount_prefix) || any_with(record_prefix);
}

node_reservations reservations_of(const k8s::node& node) {
  reader r;
  if (may_have_reservations(node.annotations))
    for (const auto& [key, value] : node.annotations) r.read(key, value);
  return r.take();
}

std::optional<reservation_key> read_reservation_key(std::string_view key) {
  reservation_key k;
  if (is_amount(key)) return read_amount_key(key, k).empty() ? std::optional(std::move(k)) : std::nullopt;
  if (!key.starts_with(record_prefix) || !read_record_key(key, k).empty()) return std::nullopt;
  return k;
}

bool has_reservation_key(std::string_view resource) { return is_dns_label(resource); }

std::string amount_key(std::string_view resource, std::string_view id) {
  return std::string(amount_prefix).append(resource).append("/").append(id);
}

std::string record_key(std::string_view id) { return std::string(record_prefix).append(id); }

k8s::string_map annotations_of(const reservation& r) {
  k8s::string_map out;
  reservation_record record = r.record.value_or(reservation_record{});
  record.resources = {};
  for (const auto& [name, amount] : r.amounts) {
    if (has_reservation_key(name))
      out.set(amount_key(name, r.id), amount.text());
    else
      record.resources.set(name, amount);
  }
  if (r.record) out.set(record_key(r.id), encode_reservation_record(record));
  return out;
}

}  // namespace berth::scoring
