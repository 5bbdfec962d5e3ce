FROM --platform=linux/amd64 busybox:1 AS all
ARG ONE TWO=2
ENV A=1 B="x y" C=a\ b
ENV OLD the rest "of the line"
LABEL a.b="c" d=e
WORKDIR /srv
USER app:app
EXPOSE 80 53/udp
VOLUME ["/data", "/log"]
VOLUME /a /b
SHELL ["/bin/sh", "-ec"]
STOPSIGNAL SIGQUIT
MAINTAINER Somebody <a@example.org>
ONBUILD RUN echo later
HEALTHCHECK --interval=3s --retries=2 CMD ["wget", "-q", "x"]
HEALTHCHECK NONE
ADD --chmod=644 ["a b", "/c d/"]
RUN --mount=type=cache,target=/c --network=none [ -f x ] && echo
ENTRYPOINT ["/bin/app"]
CMD serve "$A"
