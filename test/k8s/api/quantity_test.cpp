#include "k8s/api/quantity.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace berth::k8s;

namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

quantity amount(const std::string& text) { return quantity::parse(text).value(); }

struct row {
  const char* text;
  std::int64_t value;
  std::int64_t milli;
};

}  // namespace

TEST_CASE("quantity: every suffix and exponent counts as in apimachinery") {
  const row rows[] = {
      {"0", 0, 0},
      {"00", 0, 0},
      {"0n", 0, 0},
      {"0.000", 0, 0},
      {"1", 1, 1000},
      {"+1", 1, 1000},
      {"007", 7, 7000},
      {"1.", 1, 1000},
      {".5", 1, 500},
      {"1.G", 1'000'000'000, 1'000'000'000'000},
      {"500m", 1, 500},
      {"1500m", 2, 1500},
      {"1n", 1, 1},
      {"1u", 1, 1},
      {"1000000n", 1, 1},
      {"1000001n", 1, 2},
      {"1k", 1000, 1'000'000},
      {"1M", 1'000'000, 1'000'000'000},
      {"1T", 1'000'000'000'000, 1'000'000'000'000'000},
      {"1Ki", 1024, 1'024'000},
      {"1Mi", 1 << 20, (std::int64_t{1} << 20) * 1000},
      {"1.5Gi", 1'610'612'736, 1'610'612'736'000},
      {"1Ti", std::int64_t{1} << 40, (std::int64_t{1} << 40) * 1000},
      {"0.1Ki", 103, 102'400},
      {"0.001Ki", 2, 1024},
      {"1.0000000000000000000000001Ki", 1025, 1'024'001},
      {"1e3", 1000, 1'000'000},
      {"1E3", 1000, 1'000'000},
      {"1e+3", 1000, 1'000'000},
      {"1e-3", 1, 1},
      {"12.5e2", 1250, 1'250'000},
      {"1e0", 1, 1000},
      {"0e99", 0, 0},
      {"123456789.123456789", 123'456'790, 123'456'789'124},
  };
  for (const row& r : rows) {
    CAPTURE(r.text);
    const auto q = quantity::parse(r.text);
    REQUIRE(q.has_value());
    CHECK(q->value() == r.value);
    CHECK(q->milli_value() == r.milli);
  }
}

TEST_CASE("quantity: E is exa alone and an exponent before digits") {
  CHECK(amount("1E").value() == 1'000'000'000'000'000'000);
  CHECK(amount("1E1").value() == 10);
  CHECK(amount("1Ei").value() == std::int64_t{1} << 60);
  CHECK(amount("9P").value() == 9'000'000'000'000'000);
  CHECK(amount("1Pi").value() == std::int64_t{1} << 50);
}

TEST_CASE("quantity: what is finer than a billionth is rounded away from zero") {
  CHECK(amount("1e-30") == amount("1n"));
  CHECK(amount("0.0000000001") == amount("1n"));
  CHECK(amount("1.0000000001n") == amount("2n"));
  CHECK(amount("-0.1n") == amount("-1n"));
  CHECK(amount("-8.39").value() == -9);
}

TEST_CASE("quantity: what is larger than 2^63-1 is capped there") {
  for (const char* text :
       {"9223372036854775807", "9223372036854775808", "8Ei", "100Ei", "10E", "1e30", "1e999999999999999999",
        "99999999999999999999999999999999999999999999999999", "99999999999999999999.9Ki"}) {
    CAPTURE(text);
    CHECK(amount(text).value() == most);
    CHECK(amount(text).milli_value() == most);
    CHECK(amount(std::string("-") + text).value() == -most);
  }
  CHECK(amount("9223372036854775807") == quantity::from_value(most));
  CHECK(amount("9223372036854775806.5").value() == most);
}

TEST_CASE("quantity: sums saturate") {
  quantity q = quantity::from_value(most);
  q += quantity::from_milli(1);
  CHECK(q == quantity::from_value(most));
  q += amount("-1");
  CHECK(q.value() == most - 1);
}

TEST_CASE("quantity: amounts compare as numbers, whatever they are written as") {
  CHECK(amount("1Gi") == amount("1024Mi"));
  CHECK(amount("0.5") == amount("500m"));
  CHECK(amount("999m") < amount("1"));
  CHECK(amount("-1m") < quantity());
  CHECK(amount("0Ki").is_zero());
  CHECK_FALSE(quantity::parse("1n")->is_zero());
}

TEST_CASE("quantity: a number of 415 bytes and exponents beyond measure are read without arithmetic on them") {
  const std::string hostile = "0." + std::string(400, '0') + "1e-2147483639";
  CHECK(amount(hostile) == amount("1n"));
  CHECK(amount("0." + std::string(400, '0') + "1e409").value() == 100'000'000);
  CHECK(amount("1e-99999999999999999999") == amount("1n"));
  CHECK(amount("0e99999999999999999999").is_zero());
}

TEST_CASE("quantity: what is none is an error that names it, shortened") {
  for (const char* text : {"",      " ",     "1 ",  " 1",  "1i",   "1ki",  "1K",  "1mi",  "1KI",  "1e",  "1E+", "1e-",
                           "1e1.5", "1.1.1", "1+1", "--1", "aoeu", "0x10", "1,5", "1Kii", "1e5m", "NaN", "1\n"}) {
    CAPTURE(text);
    const auto q = quantity::parse(text);
    REQUIRE(q.has_error());
    CHECK(q.error().code == errc::malformed);
    CHECK(q.error().detail.ends_with("\" is not a quantity"));
  }
  CHECK(quantity::parse(std::string(100'000, 'x')).error().detail.size() < 100);
  CHECK(quantity::parse("1\xFF").error().detail == "\"1?\" is not a quantity");
}

TEST_CASE("resource_list: is sorted by name, and the last of equal names stays") {
  resource_list list;
  list.set("memory", quantity::from_value(2));
  list.set("cpu", quantity::from_value(1));
  list.set("memory", quantity::from_value(3));
  CHECK(list == resource_list({{"memory", quantity::from_value(9)},
                               {"cpu", quantity::from_value(1)},
                               {"memory", quantity::from_value(3)}}));
  CHECK(list.size() == 2);
  CHECK(list.begin()->first == "cpu");
  REQUIRE(list.find("memory") != nullptr);
  CHECK(list.find("memory")->value() == 3);
  CHECK(list.find("pods") == nullptr);
}

TEST_CASE("quantity: as a double it is the nearest one") {
  CHECK(amount("100m").as_double() == 0.1);
  CHECK(amount("1500m").as_double() == 1.5);
  CHECK(amount("1n").as_double() == 1e-9);
  CHECK(amount("-2").as_double() == -2.0);
  CHECK(amount("0").as_double() == 0.0);
  CHECK(amount("9007199254740991").as_double() == 9007199254740991.0);  // 2^53 - 1: all its digits
  CHECK(amount("16Ti").as_double() == 17592186044416.0);
  CHECK(amount("7Ei").as_double() == 8070450532247928832.0);
}

TEST_CASE("quantity: its text is exact and short") {
  for (const char* text : {"0", "5", "1500m", "250u", "1n", "-1500m", "134217728", "9223372036854775807"})
    CHECK(amount(text).text() == text);
  CHECK(amount("5000m").text() == "5");
  CHECK(amount("128Mi").text() == "134217728");
  CHECK(amount("1.5").text() == "1500m");
  CHECK(amount("0.1n").text() == "1n");
  CHECK(amount("-0").text() == "0");
}

TEST_CASE("resource list: what is missing is taken over, in order, and what is there stays") {
  const auto of = [](std::int64_t v) { return quantity::from_value(v); };
  resource_list list({{"b", of(1)}, {"d", of(2)}});
  list.add_missing(resource_list({{"a", of(9)}, {"b", of(9)}, {"c", of(9)}, {"e", of(9)}}));
  CHECK(list == resource_list({{"a", of(9)}, {"b", of(1)}, {"c", of(9)}, {"d", of(2)}, {"e", of(9)}}));
  list.add_missing({});
  CHECK(list.size() == 5);
  resource_list none;
  none.add_missing(list);
  CHECK(none == list);
}
