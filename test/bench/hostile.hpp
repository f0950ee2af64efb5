#pragma once

#include <cstddef>
#include <string>
#include <vector>

/// The largest objects that an API server admits (etcd takes 1.5 MB), each made of one thing many times: what a tenant
/// can send to slow down the scheduler for everybody.
namespace berth::bench {

struct hostile_pod {
  const char* name;
  std::size_t most;                       ///< how many fit into 1.5 MB
  std::string (*json)(std::size_t many);  ///< a Pod in namespace "tenant"
};
const std::vector<hostile_pod>& hostile_pods();

struct hostile_node {
  const char* name;
  std::size_t most;
  std::string (*json)(std::size_t many);  ///< a Node called "hostile"
};
const std::vector<hostile_node>& hostile_nodes();

}  // namespace berth::bench
