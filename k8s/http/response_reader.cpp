#include "k8s/http/response_reader.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <vector>

namespace berth::k8s {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using text = boost::beast::string_view;

std::string_view view(text t) { return {t.data(), t.size()}; }

int seconds(std::string_view value) {
  int parsed = -1;
  const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), parsed);
  return problem == std::errc() && end == value.data() + value.size() && parsed >= 0 ? parsed : -1;
}

/// Beast's callbacks, which hand everything to the sink.
class parser final : public http::basic_parser<false> {
 public:
  parser(body_sink& into, response_head& head) : into_(into), head_(head) { eager(true); }
  bool stopped() const { return stopped_; }
  bool encoded() const { return encoded_; }

 private:
  void on_request_impl(http::verb, text, text, int, error_code&) override {}
  void on_response_impl(int code, text reason, int, error_code&) override {
    head_.status = code;
    head_.reason.assign(reason.data(), std::min<std::size_t>(reason.size(), 100));
  }
  void on_field_impl(http::field name, text raw_name, text value, error_code&) override {
    if (is_header_done()) return;  // a trailer
    switch (name) {
      case http::field::content_type:
        head_.content_type = view(value);
        break;
      case http::field::location:
        head_.location = view(value);
        break;
      case http::field::retry_after:
        head_.retry_after_seconds = seconds(view(value));
        break;
      case http::field::content_encoding:
        encoded_ = !boost::beast::iequals(value, "identity");
        break;
      case http::field::unknown:
        if (boost::beast::iequals(raw_name, "X-Kubernetes-PF-FlowSchema-UID")) head_.flow_schema = view(value);
        break;
      default:
        break;
    }
  }
  void on_header_impl(error_code& problem) override {
    if (encoded_) problem = http::error::bad_transfer_encoding;
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(text piece, error_code& problem) override { return give(piece, problem); }
  void on_chunk_header_impl(std::uint64_t, text, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, text piece, error_code& problem) override {
    return give(piece, problem);
  }
  void on_finish_impl(error_code&) override {}

  std::size_t give(text piece, error_code& problem) {
    if (!into_.body(head_, view(piece))) {
      stopped_ = true;
      problem = boost::system::errc::make_error_code(boost::system::errc::operation_canceled);
    }
    return piece.size();
  }

  body_sink& into_;
  response_head& head_;
  bool stopped_ = false;
  bool encoded_ = false;
};

}  // namespace

struct response_reader::state {
  std::vector<char> buffer;
  std::size_t begin = 0;  ///< of what was received and not yet consumed
  std::size_t end = 0;
  std::size_t max_header;
  std::size_t max_body = unlimited;
  body_sink* into = nullptr;
  bool bodiless = false;
  bool begun = false;
  response_head head;
  std::optional<parser> parse;

  void renew() {
    head = {};
    parse.emplace(*into, head);
    parse->header_limit(static_cast<std::uint32_t>(max_header));
    if (max_body == unlimited)
      parse->body_limit(boost::none);
    else
      parse->body_limit(max_body);
    if (bodiless) parse->skip(true);
  }

  error describe(const error_code& problem) const {
    if (problem == http::error::partial_message || problem == http::error::end_of_stream)
      return {errc::connection_lost, "the answer was cut short"};
    if (problem == http::error::header_limit)
      return {errc::too_large, "the answer's header is larger than " + std::to_string(max_header) + " bytes"};
    if (problem == http::error::body_limit)
      return {errc::too_large, "the answer's body is larger than " + std::to_string(max_body) + " bytes"};
    std::string words(buffer.data() + begin, std::min<std::size_t>(end - begin, 60));
    std::replace_if(
        words.begin(), words.end(), [](unsigned char c) { return c < 0x20 || c > 0x7e; }, '.');
    return {errc::unexpected_answer,
            "not HTTP as an API server speaks it (" + problem.message() + "): \"" + words + "\""};
  }
};

response_reader::response_reader(std::size_t buffer_bytes, std::size_t max_header_bytes)
    : state_(std::make_unique<state>()) {
  state_->buffer.resize(buffer_bytes);
  state_->max_header = max_header_bytes;
}
response_reader::~response_reader() = default;
response_reader::response_reader(response_reader&&) noexcept = default;

void response_reader::begin(body_sink& into, std::size_t max_body_bytes, bool bodiless) {
  state_->into = &into;
  state_->max_body = max_body_bytes;
  state_->bodiless = bodiless;
  state_->begin = state_->end = 0;
  state_->begun = false;
  state_->renew();
}

std::span<char> response_reader::space() {
  auto& s = *state_;
  if (s.begin == s.end) {
    s.begin = s.end = 0;
  } else if (s.end == s.buffer.size()) {
    // What is left is less than a header or a chunk's line: these must be contiguous.
    std::memmove(s.buffer.data(), s.buffer.data() + s.begin, s.end - s.begin);
    s.end -= s.begin;
    s.begin = 0;
    if (s.end == s.buffer.size()) s.buffer.resize(s.buffer.size() * 2);
  }
  return std::span(s.buffer).subspan(s.end);
}

result<void> response_reader::received(std::size_t bytes) {
  auto& s = *state_;
  s.begun = true;
  s.end += bytes;
  while (s.begin < s.end && !s.parse->is_done()) {
    error_code problem;
    s.begin += s.parse->put({s.buffer.data() + s.begin, s.end - s.begin}, problem);
    if (s.parse->stopped()) return {};
    if (problem == http::error::need_more) {
      // Beast caps the header; a chunk's extensions and the trailers it does not.
      if (s.end - s.begin > s.max_header) return s.describe(http::error::header_limit);
      return {};
    }
    if (problem && s.parse->encoded())
      return error{errc::unexpected_answer, "the answer is compressed, which was not asked for"};
    if (problem) return s.describe(problem);
    if (s.parse->is_done() && s.head.status >= 100 && s.head.status < 200) {
      if (s.head.status == 101) return error{errc::unexpected_answer, "the server switched protocols"};
      s.renew();
    }
  }
  return {};
}

result<void> response_reader::ended() {
  auto& s = *state_;
  if (!s.begun || !s.parse->got_some())
    return error{errc::connection_lost, "the server closed the connection without an answer"};
  error_code problem;
  s.parse->put_eof(problem);
  if (problem) return s.describe(problem);
  return {};
}

bool response_reader::done() const noexcept { return state_->parse && state_->parse->is_done(); }
bool response_reader::stopped() const noexcept { return state_->parse && state_->parse->stopped(); }
bool response_reader::begun() const noexcept { return state_->begun; }
bool response_reader::reusable() const noexcept {
  return done() && !stopped() && state_->begin == state_->end && state_->parse->keep_alive();
}
const response_head& response_reader::head() const noexcept { return state_->head; }

}  // namespace berth::k8s
