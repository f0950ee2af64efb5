#pragma once

/// BERTH_VECTORS before a function makes two of it, for processors with and without AVX2: which one is called is chosen
/// when the program starts. Under sanitizers, which have not started by then, there is one of each.
/// BERTH_X86_CLONES is defined where there are two.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__) && \
    !defined(__SANITIZE_ADDRESS__)
#define BERTH_X86_CLONES
#define BERTH_VECTORS __attribute__((target_clones("avx2", "default")))
#else
#define BERTH_VECTORS
#endif
