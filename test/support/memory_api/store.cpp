#include "test/support/memory_api/store.hpp"

#include <algorithm>
#include <iterator>

namespace berth::memory_api {

namespace {

using objects = std::map<object_path, object_ptr>;

std::vector<object_ptr> select(const objects& all, std::string_view storage, std::string_view in_namespace) {
  std::vector<object_ptr> found;
  auto i = all.lower_bound({std::string(storage), std::string(in_namespace), ""});
  for (; i != all.end() && i->first.storage == storage; ++i) {
    if (!in_namespace.empty() && i->first.namespace_ != in_namespace) break;
    found.push_back(i->second);
  }
  return found;
}

}  // namespace

const std::string& object_version::text() const {
  if (text_.empty()) text_ = value_.text();
  return text_;
}

const std::string& object_version::item_text() const {
  if (item_text_.empty()) {
    json item = value_;
    item.erase("kind");
    item.erase("apiVersion");
    item_text_ = item.text();
  }
  return item_text_;
}

object_ptr store::get(const object_path& path) const {
  const auto found = objects_.find(path);
  return found == objects_.end() ? nullptr : found->second;
}

std::vector<object_ptr> store::list(std::string_view storage, std::string_view in_namespace) const {
  return select(objects_, storage, in_namespace);
}

std::map<object_path, object_ptr> store::as_of(std::int64_t revision) const {
  objects then = objects_;
  for (auto undo = log_.rbegin(); undo != log_.rend() && undo->revision > revision; ++undo) {
    if (undo->before) {
      then[undo->path] = undo->before;
    } else {
      then.erase(undo->path);
    }
  }
  return then;
}

std::vector<object_ptr> store::list_at(std::int64_t revision, std::string_view storage,
                                       std::string_view in_namespace) const {
  return select(as_of(revision), storage, in_namespace);
}

void store::go_back(std::int64_t revision) {
  objects_ = as_of(revision);
  while (!log_.empty() && log_.back().revision > revision) log_.pop_back();
  revision_ = revision;
}

object_ptr store::put(const object_path& path, json value) {
  value["metadata"]["resourceVersion"] = std::to_string(revision_ + 1);
  auto now = std::make_shared<const object_version>(std::move(value));
  object_ptr& slot = objects_[path];
  object_ptr before = std::exchange(slot, now);
  record(path, std::move(before), now, now);
  return now;
}

void store::remove(const object_path& path) {
  const auto found = objects_.find(path);
  if (found == objects_.end()) return;
  object_ptr before = std::move(found->second);
  objects_.erase(found);
  json last = before->value();
  last["metadata"]["resourceVersion"] = std::to_string(revision_ + 1);
  record(path, std::move(before), nullptr, std::make_shared<const object_version>(std::move(last)));
}

void store::record(const object_path& path, object_ptr before, object_ptr after, object_ptr last) {
  log_.push_back({++revision_, path, std::move(before), std::move(after), std::move(last)});
  if (log_.size() > window_) {
    oldest_ = log_.front().revision;
    log_.pop_front();
  }
  if (on_change) on_change(log_.back());
}

std::deque<change>::const_iterator store::after(std::int64_t revision) const {
  return std::ranges::upper_bound(log_, revision, {}, &change::revision);
}

void store::compact() {
  log_.clear();
  oldest_ = revision_;
}

}  // namespace berth::memory_api
