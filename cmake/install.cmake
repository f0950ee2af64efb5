# `cmake --install BUILD --prefix WHERE`: the executable, and the package with which others write plugins and schedulers of
# their own: find_package(berth), berth::scoring (the decision) and berth::controller (the whole process). The in-memory API
# server, on which they try them without a cluster, is installed by test/support.
#
# Installed are the headers that docs/write-a-plugin.md lists, and no others. Of scoring/ these are all that lie directly in it,
# and nothing of the folders below. The tests `page_write_a_plugin` and `installed_package` compare page, folder and package. What
# ours are compiled with (warnings, hardening, the source folder) stays here.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# Of the layers, each beside the target that it comes with.
target_sources(berth_k8s_api PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES
  k8s/api/declared_features.hpp k8s/api/disk.hpp k8s/api/disruption_budget.hpp k8s/api/metadata.hpp k8s/api/node.hpp
  k8s/api/boxed.hpp k8s/api/pod.hpp k8s/api/quantity.hpp k8s/api/selector.hpp k8s/api/storage.hpp k8s/text/value.hpp k8s/error.hpp)
file(GLOB scoring_headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/scoring/*.hpp)
target_sources(berth_scoring PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${scoring_headers})
target_sources(berth_controller PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES
  controller/commands/command_line.hpp controller/offline/judge.hpp)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/berth)
foreach(layer k8s_api k8s scoring controller)
  set_target_properties(berth_${layer} PROPERTIES EXPORT_NAME ${layer})
  target_compile_features(berth_${layer} PUBLIC cxx_std_20)
  install(TARGETS berth_${layer} EXPORT berth ARCHIVE FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/berth)
endforeach()
install(TARGETS berth RUNTIME)
install(EXPORT berth NAMESPACE berth:: FILE berth-targets.cmake DESTINATION ${package_folder})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/berth-config.cmake.in ${PROJECT_BINARY_DIR}/berth-config.cmake
  INSTALL_DESTINATION ${package_folder} NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/berth-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/berth-config.cmake ${PROJECT_BINARY_DIR}/berth-config-version.cmake
  DESTINATION ${package_folder})
