"""docs/metrics.md against the code and against what is really rendered."""

import re
from pathlib import Path

from monitor.publish.metrics.exposition import Exposition
from tests.publish.metrics.world import OPENMETRICS, families, full_metrics, full_snapshot, render

ROOT = Path(__file__).parents[3]
ROW = re.compile(r"^\| `(availability_\w+)` \| (\w+) \| (.*?) \| (.+) \|$", re.MULTILINE)
IN_CODE = re.compile(r'"(availability_[a-z_]+)"')


def documented() -> dict[str, tuple[str, frozenset[str]]]:
    rows = ROW.findall((ROOT / "docs" / "metrics.md").read_text())
    assert len(rows) == len({name for name, *_ in rows}), "a metric is described twice"
    word = re.compile(r"`(\w+)`")
    return {name: (type_, frozenset(word.findall(labels))) for name, type_, labels, _ in rows}


def written() -> set[str]:
    code = (ROOT / "monitor" / "publish" / "metrics").glob("*.py")
    return {name for path in code for name in IN_CODE.findall(path.read_text())}


async def rendered() -> dict[str, tuple[str, frozenset[str]]]:
    """Return type and labels of each family of ours, the name as it stands in the text format."""
    text = await render(Exposition(full_metrics()[0]), full_snapshot(), OPENMETRICS)
    found = {}
    for family in families(text, openmetrics=True):
        if family.name.startswith("availability_"):
            name = f"{family.name}_total" if family.type == "counter" else family.name
            labels = frozenset(key for each in family.samples for key in each.labels)
            found[name] = (family.type, labels - {"le"})
    return found


def test_every_metric_in_the_code_is_described_and_no_other() -> None:
    assert written() == set(documented())


async def test_type_and_labels_are_as_described() -> None:
    assert await rendered() == documented()
