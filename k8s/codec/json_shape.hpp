#pragma once

#include "k8s/api/metadata.hpp"
#include "k8s/api/quantity.hpp"
#include "k8s/codec/scrutiny.hpp"
#include "k8s/error.hpp"
#include "k8s/text/json.hpp"

#include <array>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// How JSON becomes structs: tables of constants that say which field goes to which member. Private to k8s/.
///
///   constexpr json_field taint_fields[] = {field<&taint::key>("key"), field<&taint::value>("value")};
///   constexpr json_shape taint_shape = object_shape(taint_fields);
///
/// A field that no table has is skipped with all that is in it. Null leaves a member as it was (as an element of a list
/// or map it makes a default one), as Go's decoder does. A second field of the same name adds to objects and replaces
/// all else.
namespace berth::k8s {

/// A scalar on its way into a member. `text` is a number's or string's.
struct json_scalar {
  enum class type { boolean, number, string };
  type kind = type::string;
  std::string_view text;
  bool truth = false;
  bool strict = false;  ///< scrutiny::strict
};

struct json_field;

/// Where the entries of a map are gathered, to be sorted once at its end.
struct json_scratch {
  std::vector<string_map::entry> texts;
  std::vector<resource_list::entry> amounts;
};

/// What may stand at one place of a document, and what becomes of it. Places are pointers to members of the struct
/// being filled; the templates below keep their types right.
struct json_shape {
  enum class type { scalar, object, list, map };

  type kind = type::scalar;
  const char* expected = "";  ///< "a string": for messages
  /// Of a scalar. Returns what is wrong, or "".
  std::string (*set)(void* place, const json_scalar& value) = nullptr;
  /// Of an object.
  std::span<const json_field> fields{};
  /// Of a list (and, into the scratch, a map): makes the next element and gives its place.
  void* (*element)(void* place, std::string_view key) = nullptr;
  const json_shape* element_shape = nullptr;
  /// Called at the beginning of an object or list (to empty it), and at its end.
  void (*opened)(void* place) = nullptr;
  void (*closed)(void* place) = nullptr;
  /// Of a map: which part of the scratch, and how to take it over.
  void* (*gather)(json_scratch& scratch) = nullptr;
  void (*gathered)(void* place, json_scratch& scratch) = nullptr;
  /// Of an object: field names match in any case (ASCII), as Go's decoder has it. An exact match goes first.
  bool any_case = false;
  /// Of an object: takes its own text as it stands in the document, at its end.
  void (*keep)(void* place, std::string_view text) = nullptr;
  /// Of a list or map: more elements are a fault. 0: no cap of its own.
  std::size_t most = 0;
};

struct json_field {
  std::string_view name;
  const json_shape* shape;
  /// Where in its owner the value goes; makes it where it is optional. Not called for null.
  void* (*place)(void* owner);
};

template <class T>
inline constexpr json_shape json_shape_of{};  // specialised for everything that is decoded

/// "expected a string, got a number"
std::string json_mismatch(const char* expected, const json_scalar& value);

/// "\"NoSchedul\" is none of NoSchedule, PreferNoSchedule, NoExecute"
std::string json_unknown_word(const json_scalar& value, std::span<const std::string_view> known);

std::string set_text(void* place, const json_scalar& value);
std::string set_boolean(void* place, const json_scalar& value);
std::string set_int32(void* place, const json_scalar& value);
std::string set_int64(void* place, const json_scalar& value);
std::string set_quantity(void* place, const json_scalar& value);
std::string set_time(void* place, const json_scalar& value);

template <>
inline constexpr json_shape json_shape_of<std::string>{.expected = "a string", .set = set_text};
template <>
inline constexpr json_shape json_shape_of<bool>{.expected = "a boolean", .set = set_boolean};
template <>
inline constexpr json_shape json_shape_of<std::int32_t>{.expected = "an integer", .set = set_int32};
template <>
inline constexpr json_shape json_shape_of<std::int64_t>{.expected = "an integer", .set = set_int64};
template <>
inline constexpr json_shape json_shape_of<quantity>{.expected = "a quantity", .set = set_quantity};
template <>
inline constexpr json_shape json_shape_of<timestamp>{.expected = "a time", .set = set_time};

constexpr json_shape object_shape(std::span<const json_field> fields, void (*closed)(void*) = nullptr) {
  return {.kind = json_shape::type::object, .expected = "an object", .fields = fields, .closed = closed};
}

constexpr json_shape in_any_case(json_shape object) {
  object.any_case = true;
  return object;
}

constexpr json_shape at_most(std::size_t count, json_shape list_or_map) {
  list_or_map.most = count;
  return list_or_map;
}

/// A list of `Shape`s, which need not be the shape of T's own.
template <class T, const json_shape& Shape>
inline constexpr json_shape json_list_shape{
    .kind = json_shape::type::list,
    .expected = "a list",
    .element = [](void* place, std::string_view) -> void* {
      return &static_cast<std::vector<T>*>(place)->emplace_back();
    },
    .element_shape = &Shape,
    .opened = [](void* place) { static_cast<std::vector<T>*>(place)->clear(); },
};
template <class T>
inline constexpr json_shape json_shape_of<std::vector<T>> = json_list_shape<T, json_shape_of<T>>;

template <class Map, auto Part>
inline constexpr json_shape json_map_shape{
    .kind = json_shape::type::map,
    .expected = "an object",
    .element = [](void* place, std::string_view key) -> void* {
      return &static_cast<std::vector<typename Map::entry>*>(place)
                  ->emplace_back(key, typename Map::entry::second_type())
                  .second;
    },
    .element_shape = &json_shape_of<typename Map::entry::second_type>,
    .gather = [](json_scratch& scratch) -> void* {
      (scratch.*Part).clear();
      return &(scratch.*Part);
    },
    .gathered =
        [](void* place, json_scratch& scratch) {
          auto& entries = scratch.*Part;
          *static_cast<Map*>(place) =
              Map(std::vector(std::make_move_iterator(entries.begin()), std::make_move_iterator(entries.end())));
        },
};
template <>
inline constexpr json_shape json_shape_of<string_map> = json_map_shape<string_map, &json_scratch::texts>;
template <>
inline constexpr json_shape json_shape_of<resource_list> = json_map_shape<resource_list, &json_scratch::amounts>;

/// A std::map from names to `Shape`s: of two with one name the later stays, as in Go.
template <class Map, const json_shape& Shape>
inline constexpr json_shape json_name_map_shape{
    .kind = json_shape::type::map,
    .expected = "an object",
    .element = [](void* place, std::string_view key) -> void* {
      return &(static_cast<Map*>(place)->insert_or_assign(std::string(key), typename Map::mapped_type()).first->second);
    },
    .element_shape = &Shape,
    .opened = [](void* place) { static_cast<Map*>(place)->clear(); },
};

/// The words of an enumeration, and what any other word means; but where people's files are read, another word is a
/// fault, as it is to the API server.
template <class T, std::size_t N>
struct json_words {
  struct word {
    std::string_view text;
    T meaning;
  };
  T otherwise;
  std::array<word, N> known;
};

template <const auto& Words>
inline constexpr json_shape json_word_shape{
    .expected = "a string", .set = [](void* place, const json_scalar& value) -> std::string {
      if (value.kind != json_scalar::type::string) return json_mismatch("a string", value);
      auto& out = *static_cast<std::remove_const_t<decltype(Words.otherwise)>*>(place);
      out = Words.otherwise;
      bool known = false;
      for (const auto& w : Words.known) {
        if (w.text != value.text) continue;
        out = w.meaning;
        known = true;
      }
      if (known || !value.strict) return {};
      std::vector<std::string_view> words;
      for (const auto& w : Words.known) words.push_back(w.text);
      return json_unknown_word(value, words);
    }};

/// A text that is one of these words: any other is kept, and is a fault where people's files are read. "" counts as
/// absent.
template <const auto& Words>
inline constexpr json_shape json_text_among{.expected = "a string",
                                            .set = [](void* place, const json_scalar& value) -> std::string {
                                              std::string wrong = set_text(place, value);
                                              if (!wrong.empty() || !value.strict || value.text.empty()) return wrong;
                                              for (const std::string_view word : Words) {
                                                if (word == value.text) return {};
                                              }
                                              return json_unknown_word(value, Words);
                                            }};

template <class Member>
struct member_traits;
template <class Owner, class Value>
struct member_traits<Value Owner::*> {
  using owner = Owner;
  using value = Value;
};

template <class T>
T& json_contained(T& member) {
  return member;
}
template <class T>
T& json_contained(std::optional<T>& member) {
  return member ? *member : member.emplace();
}

/// A member, or a member of a member, as a place; of what is inside, where one is optional.
template <auto First, auto... Rest>
auto& json_member(typename member_traits<decltype(First)>::owner& owner) {
  if constexpr (sizeof...(Rest) == 0) {
    return json_contained(owner.*First);
  } else {
    return json_member<Rest...>(json_contained(owner.*First));
  }
}
template <auto First, auto... Rest>
void* json_place(void* owner) {
  return &json_member<First, Rest...>(*static_cast<typename member_traits<decltype(First)>::owner*>(owner));
}

/// field<&pod::key, &object_key::name>("name")
template <auto First, auto... Rest>
constexpr json_field field(std::string_view name) {
  using owner = typename member_traits<decltype(First)>::owner;
  using value = std::remove_reference_t<decltype(json_member<First, Rest...>(std::declval<owner&>()))>;
  return {name, &json_shape_of<value>, json_place<First, Rest...>};
}

/// A field whose member has a shape of its own.
template <auto First, auto... Rest>
constexpr json_field field(std::string_view name, const json_shape& shape) {
  return {name, &shape, json_place<First, Rest...>};
}

/// An object whose fields go to the same struct as those around it.
constexpr json_field inside(std::string_view name, const json_shape& shape) {
  return {name, &shape, [](void* owner) { return owner; }};
}

/// What went wrong, for `json_decoder`'s callers to put the object's name in front of.
struct decode_fault {
  errc code = errc::malformed;
  std::string path;  ///< "spec.containers[0].image"; "" where the JSON itself is broken
  std::string what;
  std::size_t offset = 0;

  /// "spec.priority: expected an integer, got a string, at byte 311"
  std::string text() const;
};

/// Fills `place` by `shape`. What was decoded before a fault stays.
std::optional<decode_fault> decode_json(std::string_view text, const json_shape& shape, void* place,
                                        json_rest rest = json_rest::refused, const scrutiny& how = {});

template <class T>
std::optional<decode_fault> decode_json(std::string_view text, T& into) {
  return decode_json(text, json_shape_of<T>, &into);
}

}  // namespace berth::k8s
