# syntax=docker/dockerfile:1
# Only what the last stage needs is built.
ARG VERSION=12
FROM debian:${VERSION:-x} AS Build
RUN apt-get update && \
  # a comment between continued lines
  apt-get install -y gcc \

  make
FROM scratch AS unused
RUN ["never"]
FROM busybox
COPY --from=build --chown=1:1 /a /b/
COPY --from=docker.io/library/alpine /x ./
