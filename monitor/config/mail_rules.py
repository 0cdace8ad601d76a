"""Rules of mail that need more than its own section."""

import ssl
from collections.abc import Iterator

from monitor.config.draft import Draft
from monitor.config.problem import Problem


def mail_problems(draft: Draft) -> Iterator[Problem]:
    """Yield what keeps mail from having working links, or a server that can be trusted."""
    mail = draft.notices.mail
    if mail is None:
        return
    place = draft.outline.single["notices"].at(["mail"])
    if draft.platform is not None and draft.platform.public_url is None:
        yield place.problem("links in mail need platform.public_url")
    if mail.ca_file is not None:
        try:
            ssl.create_default_context(cafile=mail.ca_file)
        except OSError as error:
            yield place.at(["ca_file"]).problem(
                f"no certificates: {error.strerror or 'unreadable'}"
            )
