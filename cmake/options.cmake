option(BERTH_TESTS "Build the tests and the in-memory API server" ON)
option(BERTH_WERROR "Treat warnings as errors" ON)
set(BERTH_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize takes them: address,undefined or thread")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)  # for clang-tidy and editors
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})

option(BERTH_PCH "Read Asio, fmt and the standard library once per build of the tests and not once per file" ${BERTH_TESTS})

# ccache and mold pay: Beast costs 20 s of CPU per file that includes it. A compiler is the same where its content is the same,
# whatever the language of its messages, so that the image, whose base has the same package, finds what was compiled here.
find_program(BERTH_CCACHE ccache)
if(BERTH_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_COMPILERCHECK=content CCACHE_SLOPPINESS=pch_defines,time_macros,locale ${BERTH_CCACHE})
endif()
find_program(BERTH_MOLD mold)
if(BERTH_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# What every target of ours is compiled with.
add_library(berth_build INTERFACE)
target_compile_options(berth_build INTERFACE -Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor
  $<$<BOOL:${BERTH_WERROR}>:-Werror> -fno-strict-overflow -ffp-contract=off
  # GCC 12 takes Asio's allocator of coroutine frames for a mismatch once it inlines.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-mismatched-new-delete>
  # GCC spends a tenth of its time on looking for memory that it could free. It does so only beyond a gigabyte here; the Makefile
  # reckons with 1.5 GB for each job.
  $<$<CXX_COMPILER_ID:GNU>:--param=ggc-min-heapsize=1000000>
  # What Clang has in -Wall, -Wconversion and -Wextra, and GCC has not (a store of many kinds overrides what it needs for each
  # kind); and what GCC 12's std::stable_sort does, which Clang says of a precompiled header though it is the system's.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-sign-conversion> $<$<CXX_COMPILER_ID:Clang>:-Wno-missing-designated-field-initializers>
  $<$<CXX_COMPILER_ID:Clang>:-Wno-overloaded-virtual> $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)
target_include_directories(berth_build INTERFACE ${PROJECT_SOURCE_DIR})
if(BERTH_SANITIZE)
  # GCC 12 takes what a sanitizer inserts for reads of uninitialized members (boost::variant2, inside result<T>).
  target_compile_options(berth_build INTERFACE -fsanitize=${BERTH_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(berth_build INTERFACE -fsanitize=${BERTH_SANITIZE})
  if(BERTH_SANITIZE MATCHES undefined)  # GCC 12's shared library knows no log_path, into which test/sanitizers/run.py has it report.
    target_link_options(berth_build INTERFACE $<$<CXX_COMPILER_ID:GNU>:-static-libubsan>)
  endif()
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_options(berth_build INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -D_GLIBCXX_ASSERTIONS
    -fstack-protector-strong -fstack-clash-protection -fcf-protection=full -ftrivial-auto-var-init=zero)
  target_link_options(berth_build INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
  include(CheckLinkerFlag)
  foreach(mark ibt shstk)  # x86 alone
    check_linker_flag(CXX -Wl,-z,${mark} BERTH_LINKS_${mark})
    if(BERTH_LINKS_${mark})
      target_link_options(berth_build INTERFACE -Wl,-z,${mark})
    endif()
  endforeach()
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# berth_precompile(TARGET PURE|ASIO), of tests alone: what nearly every file of the target includes is read once. The layers are
# compiled without it, but under sanitizers (CMakeLists.txt): so a file includes what it uses (the test `headers`), and ccache finds
# for a release what was compiled for the tests.
function(berth_precompile target kind)
  if(BERTH_PCH)
    target_precompile_headers(${target} REUSE_FROM berth_pch_${kind})
    get_target_property(type ${target} TYPE)
    if(type STREQUAL "EXECUTABLE")  # -fPIC as the header is made with, not -fPIE
      set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
      target_compile_options(${target} PRIVATE -fPIC)
    endif()
  endif()
endfunction()
if(BERTH_PCH)
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/pch/pch.cpp CONTENT "")
  set(pch_PURE <algorithm> <array> <chrono> <cstdint> <functional> <map> <memory> <optional> <set> <span> <string> <string_view>
    <unordered_map> <utility> <variant> <vector> <boost/system/result.hpp>)
  set(pch_ASIO ${pch_PURE} <boost/asio/any_io_executor.hpp> <boost/asio/as_tuple.hpp> <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp>
    <boost/asio/io_context.hpp> <boost/asio/post.hpp> <boost/asio/steady_timer.hpp> <boost/asio/strand.hpp>
    <boost/asio/use_awaitable.hpp> <fmt/format.h>)
endif()
