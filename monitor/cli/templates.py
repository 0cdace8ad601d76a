"""`monitor notices preview` and `lint`: the templates, without a running monitor."""

from typing import Annotated

import typer

from monitor.cli.exits import give_up, leave
from monitor.cli.options import AsJson
from monitor.model.codec import to_json
from monitor.model.notice import NoticeKind

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
    if as_json:
        print_json(to_json(texts))
        return
    for each, text in texts.items():
        say(f"[{each}] {text.subject}", "", text.text, "")


def lint(locale: Locales = None, as_json: AsJson = False) -> None:
    """Check every template: it says what it must and nothing it must not; exits 1 otherwise."""
    from monitor.cli.tables import of, print_json, show_rows
    from monitor.publish.notices.lint import lint as find
    from monitor.publish.notices.render import Renderer

    renderer = Renderer()
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


def _chosen(wanted: list[str] | None, known: tuple[str, ...]) -> tuple[str, ...]:
    for each in wanted or ():
        if each not in known:
            give_up(f"there are no templates in {each!r}; there are: {', '.join(known)}")
    return tuple(wanted or known)
