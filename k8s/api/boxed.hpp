#pragma once

#include <memory>
#include <optional>
#include <utility>

/// An optional value that few objects have: it takes a pointer where there is none, and is copied with its owner.
/// For members of objects that there are hundreds of thousands of.
namespace berth::k8s {

template <class T>
class boxed {
 public:
  boxed() = default;
  boxed(std::nullopt_t) noexcept {}
  boxed(T value) : value_(std::make_unique<T>(std::move(value))) {}
  boxed(const boxed& other) : value_(other ? std::make_unique<T>(*other) : nullptr) {}
  boxed(boxed&&) noexcept = default;
  boxed& operator=(boxed other) noexcept {
    value_ = std::move(other.value_);
    return *this;
  }
  boxed& operator=(T value) {
    value_ = std::make_unique<T>(std::move(value));
    return *this;
  }
  ~boxed() = default;

  bool has_value() const noexcept { return value_ != nullptr; }
  explicit operator bool() const noexcept { return has_value(); }
  T& operator*() noexcept { return *value_; }
  const T& operator*() const noexcept { return *value_; }
  T* operator->() noexcept { return value_.get(); }
  const T* operator->() const noexcept { return value_.get(); }

  T& emplace() { return *(value_ = std::make_unique<T>()); }
  void reset() noexcept { value_ = nullptr; }

  friend bool operator==(const boxed& a, const boxed& b) {
    return a.has_value() == b.has_value() && (!a.has_value() || *a == *b);
  }

 private:
  std::unique_ptr<T> value_;
};

}  // namespace berth::k8s
