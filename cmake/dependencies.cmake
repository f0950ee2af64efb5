# All from Debian 12's packages: see Makefile, `make deps`. Boost 1.81 is asked for by number: GCC 12 and Asio's
# awaitables of that version are what the code is written for.
find_package(Boost 1.81 REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(RapidJSON REQUIRED)
if(NOT TARGET rapidjson)  # Debian 12's package defines no target
  add_library(rapidjson INTERFACE IMPORTED)
  target_include_directories(rapidjson SYSTEM INTERFACE ${RAPIDJSON_INCLUDE_DIRS})
endif()
find_path(PROTOZERO_INCLUDE_DIR protozero/pbf_reader.hpp REQUIRED)  # headers alone: the package has no more
find_package(prometheus-cpp REQUIRED COMPONENTS core)
if(BERTH_TESTS)
  find_package(doctest REQUIRED)
  find_package(benchmark REQUIRED)
endif()

if(BERTH_PCH)
  foreach(kind PURE ASIO)
    add_library(berth_pch_${kind} OBJECT ${PROJECT_BINARY_DIR}/pch/pch.cpp)
    target_link_libraries(berth_pch_${kind} PRIVATE berth_build Boost::headers Threads::Threads)
    target_precompile_headers(berth_pch_${kind} PRIVATE ${pch_${kind}})
    target_compile_options(berth_pch_${kind} PRIVATE  # for ccache
      "$<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>")
  endforeach()
  target_link_libraries(berth_pch_ASIO PRIVATE fmt::fmt)
endif()
