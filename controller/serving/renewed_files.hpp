#pragma once

#include "controller/serving/server_tls.hpp"

#include <utility>

/// Notices that files were written anew while the process runs, for whoever serves by their content.
///
///   renewed_files files(named);
///   ...                                                          // every ten seconds:
///   files.look([&] { server.renew(make_server_tls(named)); });
///
/// Lives on one strand.
namespace berth::controller {

class renewed_files {
 public:
  /// As they are now, they are taken over already.
  explicit renewed_files(server_tls_files files) : files_(std::move(files)), taken_over_(times_of(files_)) {}

  /// Calls take_over() where a file has changed since that last returned. What it throws goes on to the caller: files
  /// that are half written, or not readable yet, are taken over at one of the next looks.
  template <class Function>
  void look(Function&& take_over) {
    const auto now = times_of(files_);
    if (now == taken_over_) return;
    take_over();
    taken_over_ = now;
  }

 private:
  server_tls_files files_;
  decltype(times_of(server_tls_files())) taken_over_;
};

}  // namespace berth::controller
