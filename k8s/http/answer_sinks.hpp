#pragma once

#include "k8s/http/answer.hpp"
#include "k8s/http/lane_pool.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

/// Where answers go. On the strand of the lane that reads them.
namespace berth::k8s {

/// Collects a whole body.
class text_sink final : public answer_sink {
 public:
  bool body(const response_head&, std::string_view piece) override {
    text.append(piece);
    return true;
  }
  void restart() override { text.clear(); }

  std::string text;
};

/// Passes a success on as it comes, and collects anything else.
class stream_sink final : public answer_sink {
 public:
  static constexpr std::size_t max_error_body = 1 << 20;

  explicit stream_sink(std::function<bool(std::string_view)> onward) : onward_(std::move(onward)) {}

  bool body(const response_head& head, std::string_view piece) override {
    if (head.status == 200 && plausible(head, true)) return onward_(piece);
    text.append(piece.substr(0, max_error_body - text.size()));
    return text.size() < max_error_body;
  }
  void restart() override { text.clear(); }

  std::string text;

 private:
  std::function<bool(std::string_view)> onward_;
};

}  // namespace berth::k8s
