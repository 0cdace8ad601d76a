"""The past of a promql check: the values of its query over a span, for what is reckoned from them.

Prometheus HTTP API, range queries: https://prometheus.io/docs/prometheus/latest/querying/api/
"""

import math
from datetime import datetime

from monitor.model.observation import Observation
from monitor.probes.context import ProbeContext
from monitor.probes.fetching import fetch
from monitor.probes.promql import TELLING, PromqlSpec, QueryError, address_of, data_of


async def read_range(
    spec: PromqlSpec, context: ProbeContext, start: datetime, end: datetime, step_seconds: float
) -> tuple[float, ...]:
    """Return the values from *start* to *end*, a step apart, as far as there are any.

    Raises QueryError where there is no answer, or not one of a single series.
    """
    span = {"start": f"{start.timestamp():.3f}", "end": f"{end.timestamp():.3f}"}
    address = address_of(spec, context, "query_range", **span, step=f"{step_seconds:.3f}")
    fetched = await fetch(spec, context, address, accepted=TELLING)
    if isinstance(fetched, Observation):
        failure = fetched.failure
        raise QueryError(failure.kind.value if failure else "", failure.detail if failure else "")
    try:
        series = data_of(fetched)["result"]
        values = [float(value) for each in series for _, value in each["values"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise QueryError("contract_broken", type(error).__name__) from error
    if len(series) > 1:
        raise QueryError("several_series", f"{len(series)} series where one is needed: sum them")
    return tuple(each for each in values if math.isfinite(each))
