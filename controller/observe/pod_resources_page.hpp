#pragma once

#include "controller/cluster/cluster_cache.hpp"
#include "controller/serving/http_message.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

/// GET /metrics/resources: what each pod that the cache holds asks for and its limits, as the watches show it.
///
/// Asked on the executors of connections. A cluster has many pods, and no decision waits for them: the strand is asked
/// for the pods alone, which are immutable, a few thousand at a time with other work in between; the text is made on
/// the executor that asked, again in pieces, since its thread has other connections too.
///
/// An answer is bounded in bytes, and so is the number of answers that are being made or taken in: who comes beyond
/// either is told 503 and why. So is who asks while the strand does not come to it. Nothing is kept between two
/// questions.
namespace berth::controller {

struct pod_resources_settings {
  std::size_t bytes = 64U << 20;          ///< of an answer
  std::size_t answers = 4;                ///< at a time
  std::size_t looked_up_at_once = 2'000;  ///< pods, before the strand is given up
  std::size_t written_at_once = 200;      ///< pods, before the thread is given up
  /// How long the strand is waited for, all in all.
  std::chrono::milliseconds patience{2'000};
};

class pod_resources_page {
 public:
  /// `cache` is used on `strand`. Both outlive this, and this outlives what was asked of the strand.
  pod_resources_page(boost::asio::any_io_executor strand, const cluster_cache& cache,
                     pod_resources_settings settings = {});

  k8s::task<http_answer> answer();

 private:
  /// `place` is held until this has run, whether somebody still waits for it or not.
  k8s::task<std::vector<k8s::pod_ptr>> all_pods(std::shared_ptr<const void> place);

  boost::asio::any_io_executor strand_;
  const cluster_cache& cache_;
  pod_resources_settings settings_;
  /// How many answers there are. Those that are being taken in may outlive this.
  std::shared_ptr<std::atomic<std::size_t>> taken_ = std::make_shared<std::atomic<std::size_t>>(0);
};

}  // namespace berth::controller
