#pragma once

#include <cstddef>
#include <string>
#include <vector>

/// How closely an object is looked at while it is decoded. What an API server has admitted is read leniently, since a
/// newer one knows more than this code; what a person wrote into a file is held to what an API server would refuse.
namespace berth::k8s {

struct scrutiny {
  /// A word that an enumeration does not have is a fault, and so is a negative quantity.
  bool strict = false;
  /// Where to tell of fields that are skipped although their names are nearly those of fields that are read:
  /// `spec.tolaration: unknown field; did you mean tolerations?`, and of rules of pods that stand at a wrong place.
  /// Nothing is told of other fields that are skipped: most of Kubernetes' are. May be null. At most `most_remarks` are
  /// kept.
  std::vector<std::string>* remarks = nullptr;

  static constexpr std::size_t most_remarks = 16;
};

}  // namespace berth::k8s
