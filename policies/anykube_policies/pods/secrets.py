"""Secrets that stand in the open in a pod's environment: whoever may read the pod has them, and so has every backup.

They are found by what a variable is called, and by what its value is. The tables are short on purpose: this rule stops
a run, so it has to be right. A value is never told.
https://kubernetes.io/docs/concepts/configuration/secret/
"""

import re
from collections.abc import Iterator, Mapping

from anykube_policies.fields import UNKNOWN, Fields
from anykube_policies.kubernetes import Container, containers
from anykube_policies.rule import PRACTICE, ResourceRule, Severity, each
from anykube_policies.subject import Resource

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
"""The words of DB_PASSWORD, dbPassword and db.password. Digits are none: PASSWORD2 is a password too."""
_ENDINGS = (
    *("ACCESSKEY", "APIKEY", "CREDENTIAL", "CREDENTIALS", "PASSPHRASE", "PASSWD", "PASSWORD", "PRIVATEKEY", "SECRET"),
    *("SECRETKEY", "TOKEN"),
)
"""How the last word of a secret's name ends, also where words run together, as in PGPASSWORD."""
_PASSWORDS = frozenset({"PASS", "PW", "PWD"})
"""A last word that is a password's after another word: PWD alone is the folder that a shell is in."""
_KEYS = frozenset(
    {
        *("ACCESS", "ACCOUNT", "API", "APP", "AUTH", "CLIENT", "COOKIE", "ENCRYPTION", "HMAC"),
        *("JWT", "MASTER", "PRIVATE", "SECRET", "SESSION", "SHARED", "SIGNING", "STORAGE", "TLS"),
    }
)
"""What comes before KEY where it is a secret: not PUBLIC, PARTITION, SORT or CACHE."""
_OTHERWISE = frozenset({"PUBLIC", "PUBLISHABLE"})
"""A word that makes a name harmless, wherever it stands."""
_NO_SECRETS: Mapping[str, frozenset[str]] = {
    "SECRET": frozenset({"IMAGEPULL", "KUBERNETES", "PULL", "TLS"}),
    "TOKEN": frozenset({"BOS", "EOS", "MASK", "MAX", "MIN", "PAD", "SEP", "STOP", "UNK"}),
}
"""By last word, words before it that make it something else: the name of a Secret, a token of a text."""

_HARMLESS = re.compile(
    r"(?:true|false|yes|no|on|off|none|null|0|1)?"  # whether there is one
    r"|(?:\$\([^)]+\))+"  # https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
    r"|(?:file://)?(?:/[\w.-]+){2,}"  # where it lies
    r"|(?:arn:aws[\w-]*:|projects/[^/]+/secrets/|op://|vault:).*",  # what it is called in a store of secrets
    re.IGNORECASE,
)
"""Values that are no secret, whatever the variable is called."""

_FORMS: Mapping[str, re.Pattern[str]] = {
    # https://www.rfc-editor.org/rfc/rfc7468
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
    "an access key of AWS": re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    # https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github
    "a token of GitHub": re.compile(r"\b(?:gh[oprsu]_[A-Za-z0-9]{36}|github_pat_\w{22})"),
    # https://docs.gitlab.com/security/tokens/#token-prefixes
    "a token of GitLab": re.compile(r"\bglpat-[\w-]{20}"),
    # https://docs.slack.dev/authentication/tokens
    "a token of Slack": re.compile(r"\bxox[abeoprs]-[\w-]{10}"),
    # https://docs.stripe.com/keys
    "a key of Stripe": re.compile(r"\b[rs]k_live_[A-Za-z0-9]{16}"),
    # https://www.rfc-editor.org/rfc/rfc7519
    "a JSON Web Token": re.compile(r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}"),
    # https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1
    "an address with a password": re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/\s:@]*:(?!\$[({])[^/\s@]+@"),
    # https://learn.microsoft.com/en-us/dotnet/framework/data/adonet/connection-strings
    "a connection string with a password": re.compile(
        r"(?:^|[;\s])(?:password|pwd|accountkey|sharedaccesskey)\s*=\s*(?!\$[({])[^;\s]", re.IGNORECASE
    ),
}
"""Forms that only secrets have. Not among them: keys that browsers are given, such as Google's for maps."""


def variables(resource: Resource) -> Iterator[tuple[Container, Fields]]:
    """Each variable of each container."""
    for container in containers(resource):
        for variable in container.fields["env"].elements:
            yield container, variable


def literal(subject: tuple[Container, Fields]) -> str | None:
    """Has a secret only from where secrets are kept: `valueFrom`, never `value`.

    A secret's own value, such as a password that is made during the update, is unknown at preview, and no less open.
    """
    container, variable = subject
    value, name = variable["value"], variable["name"].text or ""
    if not value.given:
        return None
    named = is_secret_name(name)
    if named and (value.value is UNKNOWN or not _HARMLESS.fullmatch(value.text or "")):
        return f"{container.said} has the value of {name} in the open"
    form = secret_form(value.text or "")
    return f"{container.said} has {form} in the open, in {name}" if form else None


def is_secret_name(name: str) -> bool:
    """Whether a variable of that name holds a secret, and not where one is, or how one is called."""
    words = [word.upper() for word in _WORD.findall(name)]
    if not words or _OTHERWISE.intersection(words):
        return False
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    if last == "KEY":
        return before in _KEYS
    if last in _PASSWORDS:
        return bool(before)
    return last.endswith(_ENDINGS) and before not in _NO_SECRETS.get(last, ())


def secret_form(value: str) -> str | None:
    """What kind of secret the value is, by its form; None where it has none of these."""
    return next((form for form, pattern in _FORMS.items() if pattern.search(value)), None)


RULES = (
    ResourceRule(
        name="pod-literal-secret",
        title="No secret stands in the open in a container's environment",
        severity=Severity.HIGH,
        controls=(PRACTICE,),
        remedy="put it into a Secret, and refer to it by `valueFrom.secretKeyRef`",
        judge=each(variables, literal),
    ),
)
