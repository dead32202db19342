# The digest is that of the index: linux/amd64 and linux/arm64 are built from it. Renew it with its tag.
ARG PYTHON_IMAGE=python:3.11.14-slim-bookworm@sha256:65a93d69fa75478d554f4ad27c85c1e69fa184956261b4301ebaf6dbb0a3543d

FROM ${PYTHON_IMAGE} AS build
COPY requirements/app.txt /build/app.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --no-compile --require-hashes --only-binary :all: -r /build/app.txt \
    && /opt/venv/bin/pip uninstall --yes pip setuptools
COPY app /opt/orders/app
RUN python -m compileall -q /opt/venv/lib /opt/orders/app

FROM ${PYTHON_IMAGE}
RUN groupadd --gid 10001 orders && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin orders
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/orders /opt/orders
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0
WORKDIR /opt/orders
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM
CMD ["python", "-m", "app", "api"]
