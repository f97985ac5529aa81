"""A rule against plain-text secrets in environment variables. Anyone who can read the pod, or a backup, can read them.

It recognizes secrets by the name of the variable and by the format of the value. The tables are short on purpose: the
rule blocks a run, so false positives are costly. Messages never contain the value.
https://kubernetes.io/docs/concepts/configuration/secret/
"""

import re
from collections.abc import Iterator, Mapping

from anykube_policies.fields import UNKNOWN, Fields
from anykube_policies.kubernetes import Container, containers
from anykube_policies.resource import Resource
from anykube_policies.rule import PRACTICE, ResourceRule, Severity, for_each

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
"""Splits DB_PASSWORD, dbPassword and db.password into words. Digits are ignored: PASSWORD2 is a password too."""
_ENDINGS = (
    *("ACCESSKEY", "APIKEY", "CREDENTIAL", "CREDENTIALS", "PASSPHRASE", "PASSWD", "PASSWORD", "PRIVATEKEY", "SECRET"),
    *("SECRETKEY", "TOKEN"),
)
"""Endings of the last word of a secret's name. They also match joined words such as PGPASSWORD."""
_PASSWORDS = frozenset({"PASS", "PW", "PWD"})
"""Last words that mean a password after another word. PWD alone is the shell's working directory."""
_KEYS = frozenset(
    {
        *("ACCESS", "ACCOUNT", "API", "APP", "AUTH", "CLIENT", "COOKIE", "ENCRYPTION", "HMAC"),
        *("JWT", "MASTER", "PRIVATE", "SECRET", "SESSION", "SHARED", "SIGNING", "STORAGE", "TLS"),
    }
)
"""Words before KEY in the names of secrets: not PUBLIC, PARTITION, SORT or CACHE."""
_PUBLIC = frozenset({"PUBLIC", "PUBLISHABLE"})
"""Words that make a name harmless at any position."""
_NO_SECRETS: Mapping[str, frozenset[str]] = {
    "SECRET": frozenset({"IMAGEPULL", "KUBERNETES", "PULL", "TLS"}),
    "TOKEN": frozenset({"BOS", "EOS", "MASK", "MAX", "MIN", "PAD", "SEP", "STOP", "UNK"}),
}
"""By last word, the words before it that make it harmless: names of Secret objects, and tokens of language models."""

_HARMLESS = re.compile(
    r"(?:true|false|yes|no|on|off|none|null|0|1)?"  # a switch
    r"|(?:\$\([^)]+\))+"  # https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
    r"|(?:file://)?(?:/[\w.-]+){2,}"  # a file path
    r"|(?:arn:aws[\w-]*:|projects/[^/]+/secrets/|op://|vault:).*",  # a reference to a secret store
    re.IGNORECASE,
)
"""Values that are not secrets, regardless of the variable's name."""

_FORMATS: Mapping[str, re.Pattern[str]] = {
    # https://www.rfc-editor.org/rfc/rfc7468
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
    "an AWS access key": re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    # https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github
    "a GitHub token": re.compile(r"\b(?:gh[oprsu]_[A-Za-z0-9]{36}|github_pat_\w{22})"),
    # https://docs.gitlab.com/security/tokens/#token-prefixes
    "a GitLab token": re.compile(r"\bglpat-[\w-]{20}"),
    # https://docs.slack.dev/authentication/tokens
    "a Slack token": re.compile(r"\bxox[abeoprs]-[\w-]{10}"),
    # https://docs.stripe.com/keys
    "a Stripe key": re.compile(r"\b[rs]k_live_[A-Za-z0-9]{16}"),
    # https://www.rfc-editor.org/rfc/rfc7519
    "a JSON Web Token": re.compile(r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}"),
    # https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1
    "a URL with a password": re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/\s:@]*:(?!\$[({])[^/\s@]+@"),
    # https://learn.microsoft.com/en-us/dotnet/framework/data/adonet/connection-strings
    "a connection string with a password": re.compile(
        r"(?:^|[;\s])(?:password|pwd|accountkey|sharedaccesskey)\s*=\s*(?!\$[({])[^;\s]", re.IGNORECASE
    ),
}
"""Formats that only secrets have. Keys that are sent to browsers, such as Google Maps API keys, are left out."""


def variables(resource: Resource) -> Iterator[tuple[Container, Fields]]:
    """The environment variables of all containers."""
    for container in containers(resource):
        for variable in container.fields["env"].elements:
            yield container, variable


def literal(subject: tuple[Container, Fields]) -> str | None:
    """A container gets secrets with `valueFrom`, never with `value`.

    A value that is unknown in a preview, such as a generated password, is a violation too.
    """
    container, variable = subject
    value, name = variable["value"], variable["name"].text or ""
    if not value.is_set:
        return None
    if is_secret_name(name) and (value.value is UNKNOWN or not _HARMLESS.fullmatch(value.text or "")):
        return f"{container.display_name} has the secret {name} in plain text"
    secret = secret_format(value.text or "")
    return f"{container.display_name} has {secret} in plain text in {name}" if secret else None


def is_secret_name(name: str) -> bool:
    """Whether a variable of this name holds a secret, rather than a secret's name or location."""
    words = [word.upper() for word in _WORD.findall(name)]
    if not words or _PUBLIC.intersection(words):
        return False
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    if last == "KEY":
        return before in _KEYS
    if last in _PASSWORDS:
        return bool(before)
    return last.endswith(_ENDINGS) and before not in _NO_SECRETS.get(last, ())


def secret_format(value: str) -> str | None:
    """The kind of secret that the value contains, by its format, or None."""
    return next((kind for kind, pattern in _FORMATS.items() if pattern.search(value)), None)


RULES = (
    ResourceRule(
        name="pod-literal-secret",
        title="No environment variable contains a secret in plain text",
        severity=Severity.HIGH,
        controls=(PRACTICE,),
        remedy="store it in a Secret and refer to it with `valueFrom.secretKeyRef`",
        evaluate=for_each(variables, literal),
    ),
)
