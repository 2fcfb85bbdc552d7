"""Know the marks by which a text shows what it is about."""

import re
from collections.abc import Iterable

# A dozen tests with ``in`` over lower case cost a tenth of one pattern with as many branches.
COGNITO: tuple[str, ...] = ("cognito", "user pool", "userpool", "user_pool", "user-pool", "amplify")
"""What shows that a text (in lower case) is about Cognito."""

HINTS: tuple[str, ...] = (
    *COGNITO,
    *(
        "aws-sdk",
        "aws_sdk",
        "awssdk",
        "aws sdk",
        "botocore",
        "boto3",
        "awsjson1",
        "amazonaws",
        "amazon.runtime",
        "aws::",
        "aws\\",
    ),
)
"""What shows that a text (in lower case) is about AWS."""

JWT: tuple[str, ...] = (
    *(
        "jwt",
        "webtoken",
        "web token",
        "web_token",
        "jwks",
        "jws",
        "jose",
        "bearer",
        "www-authenticate",
        "id_token",
        "id token",
    ),
    *("idtoken", "id-token", "authorizer", "oauth2resourceserver", "idx1"),
)
"""What shows that a text (in lower case) is about a JWT or a bearer token."""

FOREIGN: tuple[str, ...] = (
    *("github", "gitlab", "gitea", "bitbucket", "google", "firebase", "gserviceaccount", "okta", "auth0", "keycloak"),
    *(
        "aadsts",
        "azure",
        "microsoft",
        "msal",
        "salesforce",
        "slack",
        "spotify",
        "twitch",
        "strava",
        "facebook",
        "linkedin",
    ),
    *(
        "dropbox",
        "hubspot",
        "quickbooks",
        "intuit",
        "xero",
        "stripe",
        "paypal",
        "shopify",
        "zoom.us",
        "atlassian",
        "jira",
    ),
    *(
        "docker",
        "registry",
        "kube",
        "k8s",
        "service account",
        "serviceaccount",
        "csrf",
        "xsrf",
        "authenticity",
        "s3.",
        " s3 ",
    ),
    *("dynamo", "vault", "apns", "fcm", "discord", "notion", "zoho", "zendesk", "twilio", "sendgrid", "npm", "pypi"),
    *(
        "artifactory",
        "jenkins",
        "grafana",
        "elastic",
        "mongo",
        "redis",
        "kafka",
        "rabbit",
        "ldap",
        "kerberos",
        "saml",
        "x509",
    ),
    *("certificate", " tls", "ssl", "presign", "coupon", "voucher", "activation", "invitation", "verification link"),
    *("verification code", "reset link", "reset password", "password reset token", "one-time", "magic link", "api key"),
    *(
        "api_key",
        "apikey",
        "api-key",
        "license",
        "licence",
        "itsdangerous",
        "django.core.signing",
        "consul",
        "nomad",
        "etcd",
    ),
    *(
        "wechat",
        "weixin",
        "tiktok",
        "instagram",
        "twitter",
        "fusionauth",
        "hydra",
        "websocket ticket",
        "lease",
        "lock token",
        "webhook",
        "supabase",
        "authapierror",
        "gotrue",
        "gpg",
        "pgp",
        "apt-",
        "insurance",
        "advert",
        "campaign",
    ),
    # token endpoints that are not a user pool's
    *("/oauth/token", "/oauth/access_token", "/connect/token", "/openid-connect/token", "/oauth2/v1/", "/oauth2/v2"),
    *("/oauth2/default", "token.oauth2"),
)
"""What shows that a text (in lower case) is about another system."""

_SAYS_NOTHING = re.compile(
    r"com\.auth0\.[\w.]+|microsoft\.(?:identitymodel|aspnetcore)[\w.]*|firebase\\+jwt|firebase/php-jwt"
    r"|(?:node_modules|site-packages|vendor|gems)/\S+|mozilla/5\.0[^\"\n]*"
    r"|\n\s+at [^\n]*|file \"[^\"\n]*\""
    r"|\b(?:kubernetes|k8s|docker|agent|deps|dependencies)[\w.]*[\"']?\s*[:=]\s*"
    r"(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\[[^\]]*\])"
    r"|\b(?:container|image|pod|docker|kubernetes|k8s|cluster|namespace|source_type|agent|index|deps|dependencies)"
    r"[\w.]*[\"']?\s*[:=]\s*[\"']?[^\s\"',}]*|k8s_\w+|kubernetes_\w+"
)
# What holds another system's name and says nothing about it: libraries, browsers, stack frames, where a log came from.


def holds_any(low: str, marks: Iterable[str]) -> bool:
    """Tell whether a text in lower case holds any of the marks."""
    return any(mark in low for mark in marks)


def is_foreign(low: str) -> bool:
    """Tell whether a text in lower case is about another system."""
    return holds_any(low, FOREIGN) and holds_any(_SAYS_NOTHING.sub("", low), FOREIGN)
