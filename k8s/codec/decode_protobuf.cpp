#include "k8s/codec/decode_protobuf.hpp"

#include "k8s/api/time.hpp"
#include "k8s/codec/shape_decoder.hpp"
#include "k8s/text/utf8.hpp"

#include <fmt/format.h>
#include <protozero/exception.hpp>
#include <protozero/pbf_reader.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace berth::k8s {

namespace {

struct wrong_wire_type : protozero::exception {
  const char* what() const noexcept override { return "wrong wire type"; }
};

std::string no_protobuf(const protozero::exception& e) { return fmt::format("no protobuf: {}", e.what()); }

std::string_view bytes_of(protozero::pbf_reader& reader) {
  if (reader.wire_type() != protozero::pbf_wire_type::length_delimited) throw wrong_wire_type();
  const protozero::data_view view = reader.get_view();
  return {view.data(), view.size()};
}

std::uint64_t integer_of(protozero::pbf_reader& reader) {
  if (reader.wire_type() != protozero::pbf_wire_type::varint) throw wrong_wire_type();
  return reader.get_uint64();
}

std::string time_text(std::int64_t since_1970) {
  using std::chrono::seconds;
  constexpr seconds first = std::chrono::sys_days(std::chrono::year(0) / 1 / 1).time_since_epoch();
  constexpr seconds after_last = std::chrono::sys_days(std::chrono::year(10'000) / 1 / 1).time_since_epoch();
  if (since_1970 < first.count() || since_1970 >= after_last.count()) return fmt::format("{} s", since_1970);
  return format_time(timestamp(seconds(since_1970)));
}

class walk {
 public:
  using type = protobuf_field::type;

  walk(std::string_view bytes, shape_decoder& sink) : sink_(sink), at_(bytes.data()) {
    entries_.reserve(64);
    entries_.push_back({nullptr, bytes, 0});
  }

  bool object(const protobuf_message& message, std::string_view kind) {
    if (!sink_.begin_object()) return false;
    if (!kind.empty() && !(sink_.key("kind") && sink_.string(text(kind)))) return false;
    return fields(message, 0, 1) && sink_.end_object();
  }

  /// Where the walk is.
  const char* at() const { return at_; }

 private:
  /// A field as it came.
  struct entry {
    const protobuf_field* field;
    std::string_view bytes;
    std::uint64_t integer;
  };

  /// The fields of one message, of which entries [first, last) are the parts: nearly always one.
  bool fields(const protobuf_message& message, std::size_t first, std::size_t last) {
    const std::size_t begin = entries_.size();
    bool ascending = true;
    bool whole = true;
    std::uint32_t previous = 0;
    for (std::size_t part = first; whole && part != last; ++part)
      whole = collect(message, entries_[part].bytes, previous, ascending);
    const char* const end_of_whole = at_;
    if (!ascending)
      std::stable_sort(entries_.begin() + static_cast<std::ptrdiff_t>(begin), entries_.end(),
                       [](const entry& a, const entry& b) { return a.field->number < b.field->number; });
    const std::size_t end = entries_.size();
    bool more = true;
    for (std::size_t i = begin, j; more && i != end; i = j) {
      const protobuf_field* field = entries_[i].field;
      for (j = i + 1; j != end && entries_[j].field == field; ++j) {
      }
      more = emit(*field, i, j);
    }
    entries_.resize(begin);
    if (more && !whole) at_ = end_of_whole;
    return more && whole;
  }

  /// Go writes fields by ascending number, so each is looked for from where the last one was found. What stands before
  /// broken bytes is collected: an object is told by its name.
  bool collect(const protobuf_message& message, std::string_view bytes, std::uint32_t& previous, bool& ascending) try {
    at_ = bytes.data();
    take_fields(message, bytes, previous, ascending);
    return true;
  } catch (const protozero::exception& e) {
    return sink_.fail(no_protobuf(e));
  }

  void take_fields(const protobuf_message& message, std::string_view bytes, std::uint32_t& previous, bool& ascending) {
    protozero::pbf_reader reader(bytes.data(), bytes.size());
    auto next = message.fields.begin();
    while (reader.next()) {
      const std::uint32_t number = reader.tag();
      if (number < previous) {
        ascending = false;
        next = message.fields.begin();
      }
      previous = number;
      while (next != message.fields.end() && next->number < number) ++next;
      if (next == message.fields.end() || next->number != number) {
        reader.skip();
        continue;
      }
      const bool varint = next->kind == type::boolean || next->kind == type::int32 || next->kind == type::int64;
      at_ = reader.data().data();
      if (varint)
        entries_.push_back({&*next, {at_, 0}, integer_of(reader)});
      else
        entries_.push_back({&*next, bytes_of(reader), 0});
    }
  }

  bool emit(const protobuf_field& field, std::size_t first, std::size_t last) {
    if (field.kind == type::inlined) return fields(*field.message, first, last);
    if (field.many == protobuf_field::count::one && !field.kept_when_zero && is_zero(entries_[last - 1])) return true;
    at_ = entries_[first].bytes.data();
    if (!sink_.key(field.name)) return false;
    if (!sink_.wants()) return true;
    switch (field.many) {
      case protobuf_field::count::one:
        return value(field, first, last);
      case protobuf_field::count::list:
        if (!sink_.begin_list()) return false;
        for (std::size_t i = first; i != last; ++i)
          if (!value(field, i, i + 1)) return false;
        return sink_.end_list();
      case protobuf_field::count::map:
        if (!sink_.begin_object()) return false;
        for (std::size_t i = first; i != last; ++i)
          if (!map_entry(field, i)) return false;
        return sink_.end_object();
    }
    return false;
  }

  static bool is_zero(const entry& e) {
    switch (e.field->kind) {
      case type::text:
        return e.bytes.empty();
      case type::boolean:
      case type::int64:
        return e.integer == 0;
      case type::int32:
        return static_cast<std::uint32_t>(e.integer) == 0;
      case type::quantity:
      case type::time:
      case type::message:
      case type::inlined:
        return false;
    }
    return false;
  }

  bool value(const protobuf_field& field, std::size_t first, std::size_t last) {
    const entry e = entries_[last - 1];
    at_ = e.bytes.data();
    switch (field.kind) {
      case type::text:
        return sink_.string(text(e.bytes));
      case type::boolean:
        return sink_.boolean(e.integer != 0);
      case type::int32:  // Go drops what is beyond 32 bits
        return integer(static_cast<std::int32_t>(static_cast<std::uint32_t>(e.integer)));
      case type::int64:
        return integer(static_cast<std::int64_t>(e.integer));
      case type::quantity:
        return quantity(e.bytes);
      case type::time:
        return time(e.bytes);
      case type::message:
        return sink_.begin_object() && fields(*field.message, first, last) && sink_.end_object();
      case type::inlined:
        break;
    }
    return false;
  }

  bool integer(std::int64_t n) {
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), n).ptr;
    return sink_.number({digits.data(), static_cast<std::size_t>(end - digits.data())});
  }

  bool quantity(std::string_view bytes) {
    std::string_view amount = "0";
    for (protozero::pbf_reader reader(bytes.data(), bytes.size()); reader.next();) {
      if (reader.tag() == 1)
        amount = bytes_of(reader);
      else
        reader.skip();
    }
    return sink_.string(text(amount));
  }

  /// Go writes nothing of a time that is zero. Fractions of seconds are never read: JSON has none either.
  bool time(std::string_view bytes) {
    if (bytes.empty()) return sink_.null();
    std::int64_t since_1970 = 0;
    for (protozero::pbf_reader reader(bytes.data(), bytes.size()); reader.next();) {
      if (reader.tag() == 1)
        since_1970 = static_cast<std::int64_t>(integer_of(reader));
      else
        reader.skip();
    }
    return sink_.string(time_text(since_1970));
  }

  bool map_entry(const protobuf_field& field, std::size_t index) {
    const std::string_view bytes = entries_[index].bytes;
    at_ = bytes.data();
    std::string_view name;
    std::string_view of_it;
    for (protozero::pbf_reader reader(bytes.data(), bytes.size()); reader.next();) {
      if (reader.tag() == 1)
        name = bytes_of(reader);
      else if (reader.tag() == 2)
        of_it = bytes_of(reader);
      else
        reader.skip();
    }
    if (!sink_.key(text(name))) return false;
    if (!sink_.wants()) return true;
    switch (field.kind) {
      case type::text:
        return sink_.string(text(of_it));
      case type::quantity:
        return quantity(of_it);
      case type::time:
        return time(of_it);
      case type::boolean:
      case type::int32:
      case type::int64:
      case type::message:
      case type::inlined:
        break;  // no table has a map of these
    }
    return sink_.null();
  }

  std::string_view text(std::string_view bytes) {
    return is_utf8(bytes) ? bytes : std::string_view(mended_.emplace_back(valid_utf8(bytes)));
  }

  shape_decoder& sink_;
  std::vector<entry> entries_;  ///< of the messages around the walk, the innermost last
  std::deque<std::string> mended_;
  const char* at_;
};

/// A message of texts and messages, of which some are wanted: what stands at numbers 1, 2, ...; of several the last.
template <std::size_t N>
result<std::array<std::string_view, N>> parts_of(std::string_view bytes, const char* what) {
  std::array<std::string_view, N> parts;
  try {
    for (protozero::pbf_reader reader(bytes.data(), bytes.size()); reader.next();) {
      const std::size_t number = reader.tag();  // a reader knows it until the value is taken
      if (number <= N)
        parts[number - 1] = bytes_of(reader);
      else
        reader.skip();
    }
  } catch (const protozero::exception& e) {
    return error{errc::malformed, fmt::format("{}: {}", what, no_protobuf(e))};
  }
  return parts;
}

}  // namespace

std::optional<decode_fault> decode_protobuf(std::string_view bytes, const protobuf_message& message,
                                            std::string_view kind, const json_shape& shape, void* place) {
  shape_decoder decoder({}, shape, place, {});
  walk over(bytes, decoder);
  try {
    if (over.object(message, kind)) return std::nullopt;
  } catch (const protozero::exception& e) {
    decoder.fail(no_protobuf(e));
  }
  const bool inside = over.at() >= bytes.data() && over.at() <= bytes.data() + bytes.size();
  const auto offset = inside ? static_cast<std::size_t>(over.at() - bytes.data()) : 0;
  return decode_fault{errc::malformed, decoder.path(), decoder.what(), offset};
}

result<std::string_view> kind_of_protobuf_type(std::string_view type_meta) {
  const auto type = parts_of<2>(type_meta, "type");
  if (!type) return type.error();
  return (*type)[1];
}

result<protobuf_envelope> open_protobuf_envelope(std::string_view bytes) {
  if (!bytes.starts_with(protobuf_magic)) return error{errc::malformed, "does not begin as Kubernetes' protobuf does"};
  const auto parts = parts_of<2>(bytes.substr(protobuf_magic.size()), "envelope");
  if (!parts) return parts.error();
  const auto kind = kind_of_protobuf_type((*parts)[0]);
  if (!kind) return kind.error();
  return protobuf_envelope{*kind, (*parts)[1]};
}

result<protobuf_event> open_protobuf_event(std::string_view bytes) {
  const auto parts = parts_of<2>(bytes, "watch event");
  if (!parts) return parts.error();
  const auto extension = parts_of<1>((*parts)[1], "watch event");
  if (!extension) return extension.error();
  return protobuf_event{(*parts)[0], (*extension)[0]};
}

}  // namespace berth::k8s
