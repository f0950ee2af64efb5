# berth's image: the executable, the libraries that it names, and nothing else; no shell, no package manager, not root.
#
# Bases are arguments. Where no registry can be reached, packaging/store.sh makes the first from Debian packages.
# VERSION, REVISION and SOURCE_DATE_EPOCH are what cmake/version.sh prints; the same three give the same image.
ARG BUILD_BASE=debian:12
ARG RUNTIME_BASE=scratch

FROM ${BUILD_BASE} AS build
COPY cmake/packages /packages
RUN /packages/install.sh build && rm -rf /var/lib/apt/lists/*
COPY CMakeLists.txt CMakePresets.json LICENSE /src/
COPY cmake /src/cmake
COPY k8s /src/k8s
COPY scoring /src/scoring
COPY controller /src/controller
# A mounted /ccache is used; otherwise it stays in this stage.
ENV CCACHE_DIR=/ccache
ARG VERSION=
ARG REVISION=
ARG CMAKE_BUILD_PARALLEL_LEVEL
WORKDIR /src
RUN cmake --preset release -DBERTH_VERSION=${VERSION} -DBERTH_COMMIT=${REVISION} && cmake --build --preset release --target berth
COPY packaging /src/packaging
ARG SOURCE_DATE_EPOCH=0
RUN packaging/image_root.sh build/release/berth LICENSE /image && packaging/same_time.sh /image

FROM ${RUNTIME_BASE}
ARG VERSION=
ARG REVISION=
LABEL org.opencontainers.image.title="berth" \
      org.opencontainers.image.description="A Kubernetes scheduler" \
      org.opencontainers.image.vendor="The berth authors" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /image/ /
# By number, so that runAsNonRoot can tell.
USER 65532:65532
EXPOSE 10259
ENTRYPOINT ["/usr/bin/berth"]
CMD ["run"]
