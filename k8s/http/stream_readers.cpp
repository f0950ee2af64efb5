#include "k8s/http/stream_readers.hpp"

#include <utility>

namespace berth::k8s {

list_reader::list_reader(client::item_handler on_item)
    : json_([on_item](std::string_view item) {
        on_item({item, encoding::json});
      }),
      protobuf_(std::move(on_item)) {}

bool list_reader::feed(encoding form, std::string_view piece) {
  const auto fed = form == encoding::json ? json_.feed(piece) : protobuf_.feed(piece);
  return fed.has_value();
}

result<list_head> list_reader::finish(encoding form) const {
  return form == encoding::json ? json_.finish() : protobuf_.finish();
}

watch_reader::watch_reader(client::event_handler on_event, std::size_t max_event)
    : on_event_(std::move(on_event)),
      lines_(
          [this](std::string_view line) {
            return on_event_({line, encoding::json});
          },
          [this](const error& why) { return too_large(why); }, max_event),
      frames_(
          [this](std::string_view frame) {
            return on_event_({frame, encoding::protobuf});
          },
          [this](const error& why) { return too_large(why); }, max_event) {}

bool watch_reader::feed(encoding form, std::string_view piece) {
  return form == encoding::json ? lines_.feed(piece) : frames_.feed(piece);
}

result<void> watch_reader::finish() {
  const bool cut = lines_.finish();
  if (fault_) return *fault_;
  if (frames_.finish() || cut) return error{errc::connection_lost, "the watch ended in the middle of an event"};
  return {};
}

bool watch_reader::too_large(const error& why) {
  fault_ = why;
  return false;
}

}  // namespace berth::k8s
