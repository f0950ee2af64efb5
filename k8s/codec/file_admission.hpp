#pragma once

#include "k8s/codec/cluster_file.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What an API server does to objects when they come in, and a file that a person wrote has therefore not seen: pods
/// get the numbers of their PriorityClass, and of two objects with one name the second is an update of the first.
/// Private to k8s/codec. Pure.
namespace berth::k8s {

/// PriorityClasses, and what each pod says of its own. Upstream: plugin/pkg/admission/priority.
class file_priorities {
 public:
  /// What is wrong with the class is returned.
  result<void> add_class(std::string_view json, bool strict);
  /// The pods in the order in which they are kept.
  void add_pod(std::string_view json);
  /// Gives the pods that have no priority that of their class, or of the global default. Pods of classes that are not
  /// there are told.
  void apply(cluster_objects& objects, const std::string& file) const;

 private:
  struct priority_class {
    std::int32_t value = 0;
    bool may_preempt = true;
  };
  struct wish {
    std::string class_name;
    bool has_priority = false;
    bool has_policy = false;
  };

  const priority_class* find(const std::string& name) const;

  std::map<std::string, priority_class> classes_{{"system-cluster-critical", {2'000'000'000}},
                                                 {"system-node-critical", {2'000'001'000}}};
  std::optional<priority_class> global_default_;
  std::vector<wish> wishes_;
};

/// Of objects of one kind and name the last stays, in the place of the first; each is told.
void keep_last_of_each(cluster_objects& objects, const std::string& file);

}  // namespace berth::k8s
