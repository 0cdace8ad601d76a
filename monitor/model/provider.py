"""What third parties say when they refuse us: whose side it is on, by class, not by text."""

from enum import StrEnum


class ProviderClass(StrEnum):
    """What a code in a provider's answer means: whose matter it is."""

    OK = "ok"
    THEIRS_DOWN = "theirs_down"
    THEIRS_OVERLOADED = "theirs_overloaded"
    QUOTA = "quota"
    OURS_CREDENTIAL = "ours_credential"
    OURS_SIGNATURE = "ours_signature"
    BUSINESS = "business"

    @property
    def is_ours(self) -> bool:
        """Whether it speaks of our key, our signature or our clock."""
        return self in (ProviderClass.OURS_CREDENTIAL, ProviderClass.OURS_SIGNATURE)

    @property
    def is_theirs(self) -> bool:
        """Whether the provider says that it cannot do its work."""
        return self in (ProviderClass.THEIRS_DOWN, ProviderClass.THEIRS_OVERLOADED)


class TokenFault(StrEnum):
    """How the endpoint that issues access tokens failed, apart from the interface itself."""

    UNREACHABLE = "unreachable"
    ERROR = "error"
    LIMITED = "limited"
    REFUSED = "refused"
