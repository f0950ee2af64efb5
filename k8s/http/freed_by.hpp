#pragma once

namespace berth::k8s {

/// How a std::unique_ptr gives back what a library in C has made:
///
///   using certificate_ptr = std::unique_ptr<X509, freed_by<X509_free>>;
template <auto Free>
struct freed_by {
  template <class T>
  void operator()(T* p) const noexcept {
    Free(p);
  }
};

}  // namespace berth::k8s
