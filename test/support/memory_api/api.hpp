#pragma once

#include "test/support/memory_api/object_rules.hpp"
#include "test/support/memory_api/request.hpp"
#include "test/support/memory_api/store.hpp"

/// The Kubernetes API over a store: every request but the streaming of watches. Pure: no sockets, no threads, time and
/// chance come from `world`. Lives on the server's one strand, as the store does.
namespace berth::memory_api {

class api {
 public:
  /// Makes the objects that every cluster has: namespaces, priority classes.
  api(store& objects, world& with);

  answer handle(const request& r);

 private:
  answer dispatch(const request& r, std::string_view path, std::string_view query);
  answer dispatch_resource(const request& r, const target& t);
  std::optional<answer> review(const request& r, std::string_view path);
  answer list(const request& r, const target& t);
  answer begin_watch(const request& r, const target& t);
  answer get(const request& r, const target& t);
  answer create(const request& r, const target& t);
  answer apply(const request& r, const target& t);
  answer create_by_update(const request& r, const target& t);
  answer change(const request& r, const target& t);
  answer change_scale(const request& r, const target& t, const object_ptr& old);
  answer bind(const request& r, const target& t);
  answer remove(const request& r, const target& t);
  answer remove_collection(const request& r, const target& t);

  object_path path_of(const target& t) const;
  object_ptr existing(const target& t) const;
  answer show(const request& r, const target& t, const json& object, int status = 200) const;
  json remove_object(const target& t, const object_ptr& old, const json& options);

  store& objects_;
  world& with_;
};

}  // namespace berth::memory_api
