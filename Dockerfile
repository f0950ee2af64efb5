# berth's image: the executable, the libraries that it names, and nothing else; no shell, no package manager, not root.
#
# Bases are arguments. Where no registry can be reached, test/image/build.sh makes the first from Debian packages.
ARG BUILD_BASE=debian:12
ARG RUNTIME_BASE=scratch

FROM ${BUILD_BASE} AS build
COPY cmake/packages /packages
RUN /packages/install.sh build && rm -rf /var/lib/apt/lists/*
COPY CMakeLists.txt CMakePresets.json /src/
COPY cmake /src/cmake
COPY k8s /src/k8s
COPY scoring /src/scoring
COPY controller /src/controller
# A mounted /ccache is used; otherwise it stays in this stage.
ENV CCACHE_DIR=/ccache
ARG REVISION=unknown
WORKDIR /src
RUN cmake --preset release -DBERTH_COMMIT=${REVISION} && cmake --build --preset release --target berth
# The root of the image. ldd prints the loader too, and the paths are kept as the loader looks for them.
RUN set -e; \
    install -D --strip build/release/berth /image/usr/bin/berth; \
    ldd /image/usr/bin/berth | grep -o '/[^ ]*' | while read -r library; do \
      install -D "$library" "/image$library"; \
    done; \
    install -D --mode=644 /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ca-certificates.crt; \
    echo 'berth:x:65532:65532::/:/sbin/nologin' > /image/etc/passwd; \
    echo 'berth:x:65532:' > /image/etc/group

FROM ${RUNTIME_BASE}
ARG REVISION=unknown
LABEL org.opencontainers.image.title="berth" \
      org.opencontainers.image.description="A Kubernetes scheduler" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /image/ /
# By number, so that runAsNonRoot can tell.
USER 65532:65532
EXPOSE 10259
ENTRYPOINT ["/usr/bin/berth"]
CMD ["run"]
