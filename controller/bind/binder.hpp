#pragma once

#include "k8s/api/pod.hpp"
#include "k8s/client.hpp"

#include <chrono>
#include <string>

/// Binding a pod, and knowing whether it is bound.
///
/// The API server is the judge. nodeName is written once and the pod's uid is a precondition, so no pod is ever bound
/// twice, whatever we do; what must be got right is what we believe. An answer of 409 is read back: it may be our own
/// binding. Where a POST may or may not have been carried out (time-out, broken connection, 5xx) the pod is read back
/// and the POST is never sent again blindly. Upstream: pkg/registry/core/pod/storage (BindingREST),
/// plugins/defaultbinder.
namespace berth::controller {

enum class binding_verdict {
  bound,      ///< to our node
  elsewhere,  ///< to another node, by somebody else
  gone,       ///< no such pod, as something answered
  replaced,   ///< another pod has its name, which was read: this one is no more
  refused,    ///< not bound, as the server answered or as the pod shows
  not_sent,   ///< not bound: the server was never reached
  overtaken,  ///< not bound, and not sent: another scheduler's pod took the room first
  too_early,  ///< not bound when read, but a POST of ours may still be on its way: read again
  unknown,    ///< the server could not be asked
};

struct binding_outcome {
  binding_verdict verdict = binding_verdict::unknown;
  k8s::error why;  ///< of the POST; for refused, not_sent, too_early and unknown
};

/// Of a binding that was refused: whether the pod itself had no part in that, so that it is no reason to try this pod
/// ever more rarely. A 403 is the pod's where admission forbade it, and ours where an authorizer did.
bool servers_fault(const k8s::error& answer);

/// Where the server has the pod.
std::string path_of(const k8s::object_key& pod);

/// What the answer to the POST says; `read_back` where it does not decide.
struct post_judgement {
  bool read_back = false;
  /// Reading back: whether the POST may take effect after the read (it was cut off in the middle).
  bool may_still_happen = false;
  binding_verdict verdict = binding_verdict::unknown;
};
post_judgement judge_post(const k8s::result<std::string>& answer);

/// What the pod as the server has it says about binding `uid` to `node`.
binding_verdict judge_pod(const k8s::result<k8s::pod_ptr>& read, const std::string& uid, const std::string& node,
                          bool may_still_happen);

struct binding_request {
  k8s::object_key pod;
  std::string uid;
  std::string node;
};

/// POSTs, and reads back where that is needed. Never throws but when cancelled.
k8s::task<binding_outcome> bind(k8s::client& api, binding_request request);
/// Reads back a binding whose outcome is unknown or too early to tell; the POST is not sent again.
k8s::task<binding_verdict> read_back(k8s::client& api, binding_request request, bool may_still_happen);

}  // namespace berth::controller
