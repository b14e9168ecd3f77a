# syntax=docker/dockerfile:1
# Two stages: the first installs from the hash-pinned locks and indexes the shipped corpus, the second
# holds the result and runs it as an ordinary user. Nothing is fetched when the container runs.
# PYTHON_IMAGE may name a mirror of the official image.
ARG PYTHON_IMAGE=python:3.12-slim

FROM ${PYTHON_IMAGE} AS build
# With the libraries of the chat platforms; YOUJU_LOCK=requirements.lock leaves them out.
ARG YOUJU_LOCK=requirements-chat.lock
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
RUN python -m venv /opt/youju
COPY requirements-build.lock requirements.lock requirements-chat.lock ./
RUN /opt/youju/bin/python -m pip install --quiet --require-hashes -r requirements-build.lock
RUN /opt/youju/bin/python -m pip install --quiet --require-hashes --use-pep517 --no-build-isolation -r "$YOUJU_LOCK"
COPY pyproject.toml README.md ./
COPY app ./app
RUN /opt/youju/bin/python -m pip install --quiet --no-index --no-deps --no-build-isolation .
COPY corpus /srv/youju/corpus
RUN /opt/youju/bin/youju index --corpus /srv/youju/corpus --data /srv/youju/data

FROM ${PYTHON_IMAGE}
LABEL org.opencontainers.image.title="Youju 有据" \
      org.opencontainers.image.description="对中文政策文本的有据问答服务，答案逐字可查，查不到就明说" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.documentation="docs/operations.md"
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /srv/youju --shell /usr/sbin/nologin youju
COPY --from=build /opt/youju /opt/youju
# The data folder is the only place that is written to; a fresh volume starts as a copy of it.
COPY --from=build /srv/youju/corpus /srv/youju/corpus
COPY --from=build --chown=10001:10001 /srv/youju/data /srv/youju/data
ENV PATH=/opt/youju/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    YOUJU_CORPUS=/srv/youju/corpus \
    YOUJU_DATA=/srv/youju/data \
    YOUJU_HOST=0.0.0.0 \
    YOUJU_PORT=8000
WORKDIR /srv/youju
USER 10001:10001
EXPOSE 8000
VOLUME ["/srv/youju/data"]
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"YOUJU_PORT\"]}/readyz', timeout=4)"]
# `serve` brings the index up to date with the corpus folder before it listens.
CMD ["youju", "serve"]
