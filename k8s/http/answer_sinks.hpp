#pragma once

#include "k8s/http/answer.hpp"
#include "k8s/http/lane_pool.hpp"

#include <cstddef>
#include <functional>
#include <optional>
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

/// Passes a list or watch on as it comes, and collects anything else.
class stream_sink final : public answer_sink {
 public:
  static constexpr std::size_t max_error_body = 1 << 20;
  using handler = std::function<bool(encoding form, std::string_view piece)>;

  stream_sink(encoding asked, handler onward) : asked_(asked), onward_(std::move(onward)) {}

  bool body(const response_head& head, std::string_view piece) override {
    if (!judged_) form_ = streamed_form(head, asked_);
    judged_ = true;
    if (form_) return onward_(*form_, piece);
    text.append(piece.substr(0, max_error_body - text.size()));
    return text.size() < max_error_body;
  }
  void restart() override {
    text.clear();
    judged_ = false;
  }

  std::string text;

 private:
  encoding asked_;
  handler onward_;
  bool judged_ = false;  ///< the head is the same for all pieces
  std::optional<encoding> form_;
};

}  // namespace berth::k8s
