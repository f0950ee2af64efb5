#pragma once

#include "controller/bind/binder.hpp"
#include "controller/config/configuration_extenders.hpp"
#include "controller/extenders/extender_answers.hpp"
#include "k8s/http/webhook.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <string>
#include <vector>

/// One configured extender: whom it is asked about, and the asking.
///
/// Lives as long as the process. Called on the one strand; what is large (writing and reading whole nodes) is done on
/// `work`, over immutable values. Answers are capped: 64 MiB where nodes go whole, 16 MiB where names do.
/// Upstream: HTTPExtender, whose messages these are.
namespace berth::controller {

class extender {
 public:
  extender(extender_configuration configuration, std::unique_ptr<k8s::webhook> to, boost::asio::any_io_executor work);

  /// Its URL, as the configuration has it.
  const std::string& name() const noexcept { return configuration_.url_prefix; }
  bool filters() const noexcept { return !configuration_.filter_verb.empty(); }
  bool prioritizes() const noexcept { return !configuration_.prioritize_verb.empty(); }
  bool preempts() const noexcept { return !configuration_.preempt_verb.empty(); }
  bool binds() const noexcept { return !configuration_.bind_verb.empty(); }
  bool ignorable() const noexcept { return configuration_.ignorable; }
  bool wants_whole_nodes() const noexcept { return !configuration_.node_cache_capable; }
  std::int64_t weight() const noexcept { return configuration_.weight; }

  /// It manages nothing in particular, or some container asks for what it manages (limits count as requests).
  bool interested_in(const k8s::pod& pod) const;

  k8s::task<k8s::result<filter_answer>> filter(extender_question question) const;
  k8s::task<k8s::result<std::vector<k8s::host_priority>>> prioritize(extender_question question) const;
  /// Where the extender agrees that pods are evicted: as it says, which is for the caller to check.
  k8s::task<k8s::result<k8s::extender_meta_victims_map>> preempt(preemption_question question) const;
  /// Success, or an error: unreachable where nothing was sent; timed_out and connection_lost where the outcome is open;
  /// any other where an answer came that is no success.
  k8s::task<k8s::result<void>> bind(binding_request what) const;

 private:
  k8s::task<k8s::result<std::string>> ask(std::string verb, std::string body, bool repeatable) const;
  k8s::task<k8s::result<filter_answer>> ask_filter(extender_question question) const;
  k8s::task<k8s::result<std::vector<k8s::host_priority>>> ask_prioritize(extender_question question) const;
  k8s::task<k8s::result<k8s::extender_meta_victims_map>> ask_preempt(preemption_question question) const;
  std::string url_of(const std::string& verb) const;

  extender_configuration configuration_;
  std::unique_ptr<k8s::webhook> to_;
  boost::asio::any_io_executor work_;
};

}  // namespace berth::controller
