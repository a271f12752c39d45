# The server in a container: `docker compose up` is the short way to it.
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS packages
# With the library for ClickHouse, for whoever sets EVENTS_URL.
COPY requirements-clickhouse.lock .
# Without pip inside: what runs later can install nothing.
RUN python -m venv --without-pip /packages \
    && pip --python /packages/bin/python install --no-cache-dir --disable-pip-version-check \
        --require-hashes -r requirements-clickhouse.lock

FROM ${PYTHON_IMAGE}
# A new volume takes its owner from the folder it is mounted on.
RUN useradd --system --user-group --uid 10001 --home-dir /app app \
    && install -d -o app -g app /app/var /run/experiments
COPY --from=packages /packages /packages
ENV PATH=/packages/bin:$PATH PYTHONUNBUFFERED=1
WORKDIR /app
COPY . .
# Small copies of the console's files, for browsers that take them.
RUN python -m compileall -q . && python -m whitenoise.compress --quiet console/static
USER app
EXPOSE 8000
# granian; WORKERS says how many. The threads of each take turns, see core/ops/request_turns.py.
CMD ["sh", "-c", "exec python -m experiments_api.serve --interface wsgi \
    --workers ${WORKERS:-2} --blocking-threads 24 --host 0.0.0.0 --port 8000 --no-ws \
    --log-level warning --respawn-failed-workers --backlog 4096 --backpressure 16384 \
    --workers-kill-timeout 30 experiments_api.wsgi:application"]
