#pragma once

#include "scoring/index_part.hpp"

#include <functional>
#include <memory>
#include <typeinfo>
#include <vector>

/// The parts of the index that plugins have asked for, by type, and the news passed on to them. Part of `live_cluster`.
///
/// A handful at most, so each news is told by a plain loop. A part that throws is dropped: the process goes on, and the
/// plugin that asks for it next has it made anew, so that what is wrong is thrown in that plugin's own call.
namespace berth::scoring {

class index_parts {
 public:
  /// The part of that type. One that is made now is told of all nodes and their pods first, by `tell_all`.
  const index_part& find(const std::type_info& type, std::unique_ptr<index_part> (*make)(),
                         const std::function<void(index_part&)>& tell_all);

  void node_changed(node_id n, const k8s::node* before, const k8s::node& now) {
    tell([&](index_part& p) { p.node_changed(n, before, now); });
  }
  void node_removed(node_id n, const k8s::node& last) {
    tell([&](index_part& p) { p.node_removed(n, last); });
  }
  void pod_placed(node_id n, const pod_info& pod) {
    tell([&](index_part& p) { p.pod_placed(n, pod); });
  }
  void pod_removed(node_id n, const pod_info& pod) {
    tell([&](index_part& p) { p.pod_removed(n, pod); });
  }

 private:
  template <class News>
  void tell(News&& news) {
    std::erase_if(list_, [&](const entry& e) {
      try {
        news(*e.part);
        return false;
      } catch (...) {
        return true;
      }
    });
  }

  struct entry {
    const std::type_info* type;
    std::unique_ptr<index_part> part;
  };
  std::vector<entry> list_;
};

}  // namespace berth::scoring
