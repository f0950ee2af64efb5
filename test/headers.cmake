# Each header of ours compiles alone. Where there is a source of the same name, that source shows it: it includes its header before
# anything else (test/layering.cmake), and nothing is precompiled there. The rest are compiled here. A glob, so that none is
# forgotten; objects rather than CMake's own verification, so that ccache remembers them. Not built by default: the test `headers`
# builds it.
file(GLOB_RECURSE headers RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/k8s/*.hpp ${PROJECT_SOURCE_DIR}/scoring/*.hpp ${PROJECT_SOURCE_DIR}/controller/*.hpp)
set(sources)
foreach(header ${headers})
  string(REGEX REPLACE "\\.hpp$" ".cpp" own_source ${header})
  if(EXISTS ${PROJECT_SOURCE_DIR}/${own_source})
    continue()
  endif()
  set(source ${PROJECT_BINARY_DIR}/headers/${header}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "#include \"${header}\"\n#include \"${header}\"\n")
  list(APPEND sources ${source})
endforeach()
add_library(berth_headers OBJECT EXCLUDE_FROM_ALL ${sources})
target_link_libraries(berth_headers PRIVATE berth::controller)
target_compile_options(berth_headers PRIVATE -O0 -Wno-cpp)  # which says that -D_FORTIFY_SOURCE wants more than -O0
add_test(NAME headers COMMAND ${CMAKE_COMMAND} --build ${PROJECT_BINARY_DIR} --target berth_headers)
set_tests_properties(headers PROPERTIES LABELS long TIMEOUT 1800)
left_out_under_sanitizers(headers ${nothing_built})
