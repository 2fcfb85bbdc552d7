"""Where Amazon Cognito's own pages are, for those who look a source up."""

from typing import Final

GUIDE: Final = "https://docs.aws.amazon.com/cognito/latest/developerguide"
"""The developer guide."""

API: Final = "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference"
"""The reference of the user pools' API."""
