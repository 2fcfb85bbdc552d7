"""Know the marks by which a text shows what it is about."""

from collections.abc import Iterable

from poolwarden.triage.patterns import later

# A dozen tests with ``in`` over lower case cost a tenth of one pattern with as many branches.
COGNITO: tuple[str, ...] = (
    *("cognito", "user pool", "userpool", "user_pool", "user-pool"),
    *("amplify", "recoverysuggestion", "recovery suggestion:"),  # a field of every error of Amplify's libraries
)
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
        "x-amz-json-1.1",
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
        "authlib",
        "joserfc",
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
    *(
        "certificate",
        " tls",
        "ssl",
        "presign",
        "openai",
        "anthropic",
        "argocd",
        "argo cd",
        "workos",
        "coupon",
        "voucher",
        "activation",
        "invitation",
        "verification link",
    ),
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
    *(
        "moodle",
        "mediawiki",
        "zitadel",
        "authentik",
        "dnssec",
        "rrsig",
        "smime",
        "s/mime",
        "code sign",
        "codesign",
        "cosign",
        "dylib",
        "signed url",
        "inrelease",
        "fitbit",
        "gmail",
        "docusign",
        "dingtalk",
        "mapbox",
        "vimeo",
    ),
    *("asana", "smartsheet", "patreon", "mailchimp", "reddit", "pinterest", "calendly", "freshbooks", "clickup"),
    *("trello", "pipedrive", "surveymonkey", "eventbrite", "typeform", "wordpress", "wp-json", "jwt_auth_invalid"),
    *("snowflake", "databricks", "bigquery", "servicenow", "netsuite", "marketo", "freshdesk", "pagerduty", "opsgenie"),
    *("pulsar", "paseto", "clerk-js", "@clerk/", "zookeeper", "keepererrorcode", "token from sso", "sso session"),
    "token has been expired or revoked",  # Google's words for an invalid_grant
    "unable to authenticate the request",  # the API server of Kubernetes, which names neither itself nor its caller
    # token endpoints that are not a user pool's
    *("/oauth/token", "/oauth/access_token", "/connect/token", "/openid-connect/token", "/oauth2/v1/", "/oauth2/v2"),
    *("/oauth2/default", "token.oauth2", "/v1/oauth2", "api/oauth2/"),
)
"""What shows that a text (in lower case) is about another system."""

_PARTS = frozenset(("lease", "hydra", "notion", "intuit", "consul", "redis", "ssl", "advert", "apt-", "presign"))
# A part of ordinary words too (please, hydrate, optional notions, accessLog, PreSignUp): it counts where a word begins,
# or is one.
_WORDS = later(
    r"(?<![a-z])(?:leases?|hydra|notion|intuit|consul|redis|ssl)(?![a-z])|(?<![a-z])(?:advert|apt-)|presign(?!up)"
)
_ANYWHERE = tuple(mark for mark in FOREIGN if mark not in _PARTS)
_SAYS_NOTHING = later(
    r"com\.auth0\.[\w.]+|microsoft\.(?:identitymodel|aspnetcore)[\w.]*|firebase\\+jwt|firebase/php-jwt"
    r"|(?:node_modules|site-packages|vendor|gems)/\S+|mozilla/5\.0[^\"\n]*"
    r"|\n\s+at [^\n]*|file \"[^\"\n]*\"(?:, line \d+, in [^\n]*\n\s+[^\n]*)?"
    r"|\b(?:kubernetes|k8s|docker|agent|deps|dependencies)[\w.]*[\"']?\s*[:=]\s*"
    r"(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\[[^\]]*\])"
    r"|(?<![a-z])(?:container|image|pod|docker|kubernetes|k8s|cluster|namespace|source_type|collector|agent|index|deps|dependencies)"
    r"[\w.]*[\"']?\s*[:=]\s*[\"']?[^\s\"',}]*|k8s_\w+|kubernetes_\w+"
    # where a collector or a cloud found it, and what Go calls packages
    r"|\b(?:log_?name|resource_?id|orchestrator|elastic_?agent|log_?type|logging_?agent)[\w.]*[\"']?\s*[:=]\s*"
    r"(?:\{[^{}]*\}|[\"']?[^\s\"',}]*)"
    r"|\b(?:source|type|runtime|tags|image_name)[\w.]*[\"']?\s*[:=]\s*[\"']?(?:source:|image_name:)?"
    r"(?:docker|kube|container)[\w.:/-]*|\bkube\.[\w.-]+"
    r"|/var/(?:lib/docker|log/(?:pods|containers))[^\s\"']*|googleapis\.com%2f\w+|logging\.googleapis\.com/[\w./-]+|/subscriptions/[^\s\"']+"
    r"|(?<![\w./])(?:github\.com|google\.golang\.org|gopkg\.in|k8s\.io)/[^\s\"']+"
    r"|elastic ?(?:beanstalk|load ?balanc\w+|container|compute|ip\b)"
    # an image in a registry, and the cloud it runs in
    r"|\b(?:registry[\w-]*\.[\w.-]+|docker\.io|[\w-]+\.azurecr\.io)/[^\s\"']+"
    r"|\bprovider[\"']?\s*[:=]\s*[\"']?azure(?![\w-])"
    # of a connection; and how a user pool names those who sign in through another
    r"|\b(?:ssl|tls)_?(?:version|protocol|cipher\w*|session\w*|curve\w*)[\"']?\s*[:=]\s*[\"']?[^\s\"',}]*| tlsv?1[\d.]*"
    r"|\b(?:google|facebook|okta|azure\w{0,20}|saml\w{0,20}|auth0|keycloak|github)_[\w.@%+|-]{0,80}\d[\w.@%+|-]{0,80}"
)
# What holds another system's name and says nothing about it: libraries, browsers, stack frames, where a log came from.


def holds_any(low: str, marks: Iterable[str]) -> bool:
    """Tell whether a text in lower case holds any of the marks."""
    return any(mark in low for mark in marks)


def is_foreign(low: str) -> bool:
    """Tell whether a text in lower case is about another system."""
    return _named(low) and _named(_SAYS_NOTHING.sub("", low))


def _named(low: str) -> bool:
    return holds_any(low, _ANYWHERE) or (holds_any(low, _PARTS) and _WORDS.search(low) is not None)
