#include "test/support/memory_api/json.hpp"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <limits>

namespace berth::memory_api {

namespace {

constexpr std::size_t max_depth = 64;

const json null_value;
const json::array no_items;
const json::object no_members;

auto present(const json::object& members) {
  return std::ranges::count_if(members, [](const json::member& m) { return !m.second.is_null(); });
}

class builder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, builder> {
 public:
  bool Default() { return false; }
  bool Null() { return put({}); }
  bool Bool(bool b) { return put(b); }
  bool Int(int i) { return put(i); }
  bool Uint(unsigned i) { return put(std::int64_t{i}); }
  bool Int64(std::int64_t i) { return put(i); }
  bool Uint64(std::uint64_t i) {
    constexpr auto limit = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return i <= limit ? put(static_cast<std::int64_t>(i)) : put(static_cast<double>(i));
  }
  bool Double(double d) { return put(d); }
  bool String(const char* s, rapidjson::SizeType n, bool) { return put(std::string(s, n)); }
  bool Key(const char* s, rapidjson::SizeType n, bool) {
    key_.assign(s, n);
    if (open_.back()->find(key_) == nullptr) return true;
    why = "key \"" + key_ + "\" is repeated";
    return false;
  }
  bool StartObject() { return open(json::object{}); }
  bool EndObject(rapidjson::SizeType) { return close(); }
  bool StartArray() { return open(json::array{}); }
  bool EndArray(rapidjson::SizeType) { return close(); }

  json root;
  std::string why;

 private:
  json* place(json value) {
    if (open_.empty()) {
      root = std::move(value);
      return &root;
    }
    if (open_.back()->is_array()) return &open_.back()->make_items().emplace_back(std::move(value));
    return &open_.back()->make_members().emplace_back(key_, std::move(value)).second;
  }
  bool put(json value) {
    place(std::move(value));
    return true;
  }
  bool open(json value) {
    if (open_.size() == max_depth) {
      why = "nested deeper than " + std::to_string(max_depth);
      return false;
    }
    open_.push_back(place(std::move(value)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  std::vector<json*> open_;
  std::string key_;
};

using writer = rapidjson::Writer<rapidjson::StringBuffer>;

/// Recursion is bounded: nothing deeper than `max_depth` comes in, and patches add a few levels at most.
struct write_to {
  writer& out;

  void operator()(std::monostate) { out.Null(); }
  void operator()(bool b) { out.Bool(b); }
  void operator()(std::int64_t i) { out.Int64(i); }
  void operator()(double d) { out.Double(d); }
  void operator()(const std::string& s) { out.String(s.data(), static_cast<rapidjson::SizeType>(s.size())); }
  void operator()(const json::array& items) {
    out.StartArray();
    for (const json& item : items) std::visit(*this, item.data());
    out.EndArray();
  }
  void operator()(const json::object& members) {
    out.StartObject();
    for (const auto& [name, value] : members) {
      if (value.is_null()) continue;
      out.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
      std::visit(*this, value.data());
    }
    out.EndObject();
  }
};

}  // namespace

std::optional<json> json::parse(std::string_view text, std::string* why) {
  builder handler;
  rapidjson::MemoryStream in(text.data(), text.size());
  rapidjson::Reader reader;
  constexpr unsigned flags =
      rapidjson::kParseIterativeFlag | rapidjson::kParseFullPrecisionFlag | rapidjson::kParseValidateEncodingFlag;
  const auto parsed = reader.Parse<flags>(in, handler);
  if (!parsed.IsError()) return std::move(handler.root);
  if (why != nullptr) {
    *why = handler.why.empty() ? rapidjson::GetParseError_En(parsed.Code()) : handler.why;
    *why += " at offset " + std::to_string(parsed.Offset());
  }
  return std::nullopt;
}

const json* json::find(std::string_view key) const noexcept {
  for (const auto& [name, value] : members()) {
    if (name == key) return value.is_null() ? nullptr : &value;
  }
  return nullptr;
}

json* json::find(std::string_view key) noexcept { return const_cast<json*>(std::as_const(*this).find(key)); }

const json& json::operator[](std::string_view key) const noexcept {
  const json* found = find(key);
  return found != nullptr ? *found : null_value;
}

json& json::operator[](std::string_view key) {
  for (auto& [name, value] : make_members()) {
    if (name == key) return value;
  }
  return make_members().emplace_back(std::string(key), json{}).second;
}

void json::erase(std::string_view key) {
  if (auto* o = std::get_if<object>(&data_)) std::erase_if(*o, [&](const member& m) { return m.first == key; });
}

const json::array& json::items() const noexcept {
  const auto* a = std::get_if<array>(&data_);
  return a != nullptr ? *a : no_items;
}

const json::object& json::members() const noexcept {
  const auto* o = std::get_if<object>(&data_);
  return o != nullptr ? *o : no_members;
}

std::string_view json::string() const noexcept {
  const auto* s = std::get_if<std::string>(&data_);
  return s != nullptr ? std::string_view(*s) : std::string_view();
}

std::int64_t json::integer(std::int64_t otherwise) const noexcept {
  const auto* i = std::get_if<std::int64_t>(&data_);
  return i != nullptr ? *i : otherwise;
}

bool json::boolean() const noexcept {
  const auto* b = std::get_if<bool>(&data_);
  return b != nullptr && *b;
}

json::array& json::make_items() {
  if (!is_array()) data_ = array{};
  return std::get<array>(data_);
}

json::object& json::make_members() {
  if (!is_object()) data_ = object{};
  return std::get<object>(data_);
}

bool json::empty() const noexcept {
  if (is_null()) return true;
  if (is_string()) return string().empty();
  if (is_array()) return items().empty();
  if (is_object()) return present(members()) == 0;
  if (const auto* i = std::get_if<std::int64_t>(&data_)) return *i == 0;
  if (const auto* b = std::get_if<bool>(&data_)) return !*b;
  return false;
}

bool json::operator==(const json& other) const noexcept {
  if (!is_object() || !other.is_object()) return data_ == other.data_;
  return present(members()) == present(other.members()) &&
         std::ranges::all_of(members(), [&](const member& m) { return m.second == other[m.first]; });
}

std::string json::text() const {
  rapidjson::StringBuffer buffer;
  writer out(buffer);
  std::visit(write_to{out}, data_);
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace berth::memory_api
