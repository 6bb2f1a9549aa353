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
# The parser's tables are made once, here.  The folder is open to all: "docker run --user" may name any user.
ENV PATH=/opt/kql-lint/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    KQL_LINT_CACHE_DIR=/var/cache/kql-lint
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin kql-lint \
    && mkdir --parents "$KQL_LINT_CACHE_DIR" \
    && echo 'print Ready = true' > /tmp/ready.kql \
    && kql-lint check --quiet /tmp/ready.kql \
    && rm /tmp/ready.kql \
    && chmod --recursive a+rwX "$KQL_LINT_CACHE_DIR"
USER 10001
WORKDIR /src
ENTRYPOINT ["kql-lint"]
CMD ["check", "."]
