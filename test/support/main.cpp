#include "test/support/memory_api_server.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>

/// memory_api_server: a Kubernetes API server that keeps everything in memory and forgets it when it ends.

namespace {

/// Whole or not at all: whoever waits for the file must not read half of it.
void write_file(const std::string& path, const std::string& content) {
  if (path.empty()) return;
  const std::string fresh = path + ".new";
  std::ofstream out(fresh);
  out << content;
  out.close();
  if (!out || std::rename(fresh.c_str(), path.c_str()) != 0) throw std::runtime_error("cannot write " + path);
}

}  // namespace

int main(int argc, char** argv) {
  berth::memory_api::memory_api_options options;
  std::string port_file, kubeconfig;
  CLI::App app("A Kubernetes API server that keeps everything in memory.");
  app.add_option("--address", options.address, "Where to listen")->capture_default_str();
  app.add_option("--port", options.port, "Where to listen; 0 takes a free port")->capture_default_str();
  app.add_option("--port-file", port_file, "Write the port to this file once it is listening");
  app.add_option("--kubeconfig", kubeconfig, "Write a kubeconfig to this file once it is listening");
  app.add_flag("--kubelet", options.kubelet, "Play the kubelets: bound pods become Running");
  app.add_flag("--expand-deployments", options.expand_deployments, "Play the controllers: Deployments have pods");
  CLI11_PARSE(app, argc, argv);

  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGINT);
  sigaddset(&stops, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stops, nullptr);
  try {
    berth::memory_api::memory_api_server server(options);
    write_file(kubeconfig, server.kubeconfig());
    write_file(port_file, std::to_string(server.port()) + "\n");
    std::cout << "listening on " << server.url() << std::endl;
    int stopped_by = 0;
    sigwait(&stops, &stopped_by);
    return 0;
  } catch (const std::exception& problem) {
    std::cerr << "memory_api_server: " << problem.what() << "\n";
    return 1;
  }
}
