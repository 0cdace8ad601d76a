"""`monitor notices preview` and `lint`: the templates, without a running monitor."""

import json
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.exits import give_up, leave
from monitor.cli.options import DEFAULT_DATA_DIR, AsJson, DataDir
from monitor.model.codec import to_json
from monitor.model.notice import Audience, NoticeKind

Locales = Annotated[
    list[str] | None,
    typer.Option("--locale", help="A language; may be repeated. All there are by default."),
]


def preview(
    kind: Annotated[NoticeKind, typer.Argument(help="Which notice.")],
    locale: Locales = None,
    minimal: Annotated[
        bool, typer.Option("--minimal", help="With the fewest facts instead of with all.")
    ] = False,
    audience: Annotated[
        Audience | None, typer.Option(help="As these read it, instead of users.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show how a notice reads, with made-up facts."""
    from monitor.cli.tables import print_json, say
    from monitor.publish.notices import samples
    from monitor.publish.notices.render import Renderer

    renderer = Renderer()
    record = samples.minimal(kind) if minimal else samples.full(kind)
    chosen = _chosen(locale, renderer.locales())
    texts = {each: renderer.render(record, each) for each in chosen}
    if audience is not None:
        texts = {each: renderer.aside(record, audience, each, texts[each]) for each in chosen}
    if as_json:
        print_json(to_json(texts))
        return
    for each, text in texts.items():
        say(f"[{each}] {text.subject}", "", text.text, "")


def lint(
    locale: Locales = None,
    templates: Annotated[
        Path | None,
        typer.Option(help="Your folder of templates; by default that of the running monitor."),
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Check every template: it says what it must and nothing it must not; exits 1 otherwise."""
    from monitor.cli.tables import of, print_json, show_rows
    from monitor.publish.notices.lint import lint as find
    from monitor.publish.notices.render import Renderer

    own = templates or _running_templates(data_dir)
    if own is not None and not own.is_dir():
        give_up(f"there is no folder {own}")
    renderer = Renderer(own=own)
    found = find(renderer, _chosen(locale, renderer.locales()))
    rows = [
        {
            "locale": each.locale,
            "kind": each.kind.value,
            "facts": each.variant,
            "problem": each.problem,
        }
        for each in found
    ]
    if as_json:
        print_json(rows)
    else:
        columns = [(title, of(title)) for title in ("locale", "kind", "facts", "problem")]
        show_rows(rows, columns, empty="every template says what it must")
    leave(failing=bool(rows))


def _running_templates(data_dir: Path) -> Path | None:
    """Return the folder that the monitor of *data_dir* uses, None where there is none."""
    try:
        note = json.loads((data_dir / "monitor.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    place = note.get("templates") if isinstance(note, dict) else None
    return Path(place) if place else None


def _chosen(wanted: list[str] | None, known: tuple[str, ...]) -> tuple[str, ...]:
    for each in wanted or ():
        if each not in known:
            give_up(f"there are no templates in {each!r}; there are: {', '.join(known)}")
    return tuple(wanted or known)
