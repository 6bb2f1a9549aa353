# kql-lint in a container:  docker build -t kql-lint .
#                           docker run --rm -v "$PWD:/src" kql-lint check rules/
ARG BASE=python:3.13-slim-trixie@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b

FROM ${BASE} AS build
WORKDIR /build
COPY . .
RUN python -m venv /opt/kql-lint \
    && /opt/kql-lint/bin/pip install --no-cache-dir --disable-pip-version-check . \
    && /opt/kql-lint/bin/pip uninstall --yes --quiet pip

FROM ${BASE}
COPY --from=build /opt/kql-lint /opt/kql-lint
ENV PATH=/opt/kql-lint/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    XDG_CACHE_HOME=/var/cache
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin kql-lint \
    && install --directory --owner=kql-lint --mode=700 /var/cache/kql-lint
USER 10001
WORKDIR /src
ENTRYPOINT ["kql-lint"]
CMD ["check", "."]
