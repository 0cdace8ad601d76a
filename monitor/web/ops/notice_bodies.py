"""What people may say of notices: strict bodies, bounded in every direction."""

from typing import Annotated

from pydantic import Field

from monitor.web.ops.bodies import Body, Name, Person, Text

Author = Annotated[Person, Field(min_length=1)]
Texts = Annotated[dict[str, Annotated[Text, Field(min_length=1)]], Field(max_length=20)]
Words = Annotated[Texts, Field(min_length=1)]


class ApproveBody(Body):
    """A person lets a draft out."""

    by: Person = ""
    reason: Text = ""


class RejectBody(Body):
    """A person keeps a draft from users."""

    by: Author
    reason: Text = ""


class RetractBody(Body):
    """A person takes a notice back; *texts* are what users read beside that."""

    by: Person = ""
    reason: Text = ""
    texts: Texts = Field(default={})


class CorrectBody(Body):
    """A person sets a notice right; *texts* are what is right, for users."""

    by: Author
    reason: Text = ""
    texts: Words


class SayBody(Body):
    """A person's own words on an open incident, for users."""

    subject: Name
    by: Author
    texts: Words
