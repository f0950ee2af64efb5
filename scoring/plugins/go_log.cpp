#include "scoring/plugins/go_log.hpp"

#include <cmath>

namespace berth::scoring {

// FreeBSD's e_log.c, as Go's math.Log has it: x = 2^k * (1 + f) with 1 + f between sqrt(2)/2 and sqrt(2), and a
// polynomial in s = f / (2 + f). No step may be fused with another: see -ffp-contract in the build.
double go_log(double x) noexcept {
  constexpr double ln2_high = 6.93147180369123816490e-01;
  constexpr double ln2_low = 1.90821492927058770002e-10;
  constexpr double half_sqrt2 = 7.07106781186547524401e-01;
  constexpr double l1 = 6.666666666666735130e-01;
  constexpr double l2 = 3.999999999940941908e-01;
  constexpr double l3 = 2.857142874366239149e-01;
  constexpr double l4 = 2.222219843214978396e-01;
  constexpr double l5 = 1.818357216161805012e-01;
  constexpr double l6 = 1.531383769920937332e-01;
  constexpr double l7 = 1.479819860511658591e-01;

  int exponent = 0;
  double fraction = std::frexp(x, &exponent);
  if (fraction < half_sqrt2) {
    fraction *= 2;
    --exponent;
  }
  const double f = fraction - 1;
  const double k = exponent;
  const double s = f / (2 + f);
  const double s2 = s * s;
  const double s4 = s2 * s2;
  const double t1 = s2 * (l1 + s4 * (l3 + s4 * (l5 + s4 * l7)));
  const double t2 = s4 * (l2 + s4 * (l4 + s4 * l6));
  const double r = t1 + t2;
  const double half_square = 0.5 * f * f;
  return k * ln2_high - ((half_square - (s * (half_square + r) + k * ln2_low)) - f);
}

}  // namespace berth::scoring
