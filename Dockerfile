# The monitor in a container: locked packages, an ordinary user, state under /var/lib/monitor.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /srv/monitor

COPY requirements/run.txt requirements/run.txt
RUN pip install --require-hashes -r requirements/run.txt

COPY pyproject.toml README.md LICENSE ./
COPY monitor monitor
COPY checks checks
COPY dashboards dashboards
COPY alerts alerts
COPY docs/operations docs/operations
RUN pip install --no-deps --no-build-isolation . \
 && useradd --system --create-home --home-dir /var/lib/monitor monitor

USER monitor
ENV DATA_DIR=/var/lib/monitor/data
VOLUME /var/lib/monitor
EXPOSE 8080 9464
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["python", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 9464, timeout=2); c.request('GET', '/healthz'); exit(c.getresponse().status != 200)"]
ENTRYPOINT ["monitor"]
CMD ["run", "-c", "/etc/monitor/compose/monitor.yml"]
