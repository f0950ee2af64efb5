# berth_version and berth_commit, which `berth version` says: of git, by cmake/version.sh. They are given where git
# cannot tell, as in an image build.
set(BERTH_VERSION "" CACHE STRING "Version of the sources, where it is not to be found out")
set(BERTH_COMMIT "" CACHE STRING "Commit of the sources, where it is not to be found out")
string(SUBSTRING "${BERTH_COMMIT}" 0 10 BERTH_COMMIT)  # as version.sh has it
foreach(what version commit)
  string(TOUPPER BERTH_${what} given)
  if(NOT "${${given}}" STREQUAL "")
    set(berth_${what} ${${given}})
  else()
    execute_process(COMMAND ${PROJECT_SOURCE_DIR}/cmake/version.sh ${what} OUTPUT_VARIABLE berth_${what}
                    OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  endif()
endforeach()
