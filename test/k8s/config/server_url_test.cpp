#include "k8s/config/kubeconfig.hpp"

#include <doctest/doctest.h>

using namespace berth::k8s;

TEST_CASE("server URL: taken apart and put together") {
  struct example {
    const char* text;
    bool tls;
    const char* host;
    const char* port;
    const char* path;
    const char* again;
  };
  for (const auto& e : {
           example{"https://10.0.0.1:6443", true, "10.0.0.1", "6443", "", "https://10.0.0.1:6443"},
           example{"https://api.example.org", true, "api.example.org", "443", "", "https://api.example.org:443"},
           example{"http://localhost", false, "localhost", "80", "", "http://localhost:80"},
           example{"HTTPS://h:1/", true, "h", "1", "", "https://h:1"},
           example{"https://[::1]:6443", true, "::1", "6443", "", "https://[::1]:6443"},
           example{"https://[fe80::1]", true, "fe80::1", "443", "", "https://[fe80::1]:443"},
           example{"https://rancher/k8s/clusters/c-1/", true, "rancher", "443", "/k8s/clusters/c-1",
                   "https://rancher:443/k8s/clusters/c-1"},
           example{"https://h:2/p?x=1#y", true, "h", "2", "/p", "https://h:2/p"},
           example{"https://h?x=/y", true, "h", "443", "", "https://h:443"},
           example{"127.0.0.1:8080", false, "127.0.0.1", "8080", "", "http://127.0.0.1:8080"},
       }) {
    CAPTURE(e.text);
    const auto url = parse_server_url(e.text, "server");
    CHECK(url.tls == e.tls);
    CHECK(url.host == e.host);
    CHECK(url.port == e.port);
    CHECK(url.base_path == e.path);
    CHECK(url.text() == e.again);
  }
}

TEST_CASE("server URL: an IPv6 zone is decoded, and left out of what others are told") {
  for (const char* text : {"https://[fe80::1%25eth0]:6443", "https://[fe80::1%25eth%30]:6443"}) {
    const auto url = parse_server_url(text, "server");
    CHECK(url.host == "fe80::1%eth0");
    CHECK(url.port == "6443");
    CHECK(url.name() == "fe80::1");
    CHECK(url.authority() == "[fe80::1]:6443");
    CHECK(url.text() == "https://[fe80::1%25eth0]:6443");
    CHECK(parse_server_url(url.text(), "server") == url);
  }
  CHECK(parse_server_url("https://h:1", "server").name() == "h");
  CHECK(parse_server_url("https://[::ffff:10.0.0.1]", "server").name() == "::ffff:10.0.0.1");
}

TEST_CASE("server URL: without a scheme it is https where there is something to know the server by") {
  CHECK(parse_server_url("h:1", "server", true).tls);
  CHECK_FALSE(parse_server_url("h:1", "server", false).tls);
  CHECK_FALSE(parse_server_url("http://h:1", "server", true).tls);
}

TEST_CASE("server URL: user information is decoded and not shown") {
  const auto url = parse_server_url("http://me:p%40ss@proxy:3128", "proxy-url");
  CHECK(url.user_info == "me:p@ss");
  CHECK(url.host == "proxy");
  CHECK(url.text() == "http://proxy:3128");
}

TEST_CASE("server URL: what is none is named with its place and the reason") {
  const auto refusal = [](const std::string& text) -> std::string {
    try {
      parse_server_url(text, "f: clusters[0].cluster.server");
    } catch (const config_error& e) {
      return e.what();
    }
    return "accepted";
  };
  CHECK(refusal("ftp://h") ==
        "f: clusters[0].cluster.server: \"ftp://h\" is not a server's URL: the scheme is neither http nor https");
  CHECK(refusal("https://") == "f: clusters[0].cluster.server: \"https://\" is not a server's URL: no host");
  CHECK(refusal("https://::1:6443").ends_with("an IPv6 address must be in brackets"));
  CHECK(refusal("https://[::1").ends_with("\"[\" without \"]\""));
  for (const char* text : {"https://a[b", "https://a]:1"}) CHECK(refusal(text).ends_with("a bracket within the host"));
  CHECK(refusal("https://[::1]6443").ends_with("no port after \"]\""));
  for (const char* address :
       {"https://[fe80::1%eth0]", "https://[fe80::1%25]", "https://[fe80::1%25a%2Fb]", "https://[fe80::1%25a%00]",
        "https://[h]", "https://[10.0.0.1]", "https://[%31::1]", "https://[[]", "https://[[::1]"})
    CHECK(refusal(address).ends_with("no IPv6 address within \"[]\" (a zone is written as in [fe80::1%25eth0])"));
  for (const char* name : {"https://h%41", "https://h%25eth0:1"})
    CHECK(refusal(name).ends_with("a \"%\" in the host's name"));
  for (const char* port : {"https://h:0", "https://h:65536", "https://h:x", "https://h:1x", "https://h:-1"})
    CHECK(refusal(port).ends_with("the port is not between 1 and 65535"));
  CHECK(refusal("").ends_with("it is empty or has blanks or control characters"));
  CHECK(refusal("https://a b").ends_with("it is empty or has blanks or control characters"));
  CHECK(refusal("https://h\r\nX: y").ends_with("it is empty or has blanks or control characters"));
  CHECK(refusal("https://me:secret@h:0").find("secret") == std::string::npos);
  CHECK(refusal("https://m%zz@h").ends_with("the user information is not percent-encoded properly"));
}
