"""The environment variables that Anykube reads, for the generated reference. A test compares it with the sources."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Variable:
    """An environment variable, who sets it, and what it does."""

    name: str
    description: str
    default: str = "not set"
    is_internal: bool = False
    """Whether only Anykube itself sets it, for the processes that it starts."""


VARIABLES = (
    Variable("ANYKUBE_STACK", "Name of the stack that a command works on, if `--stack` is not given.", "`local`"),
    Variable(
        "ANYKUBE_PROJECT",
        "Folder of the project, which contains Pulumi.yaml.",
        "the working directory, or the nearest folder above it with a Pulumi.yaml",
    ),
    Variable("ANYKUBE_ENVIRONMENTS", "Folder with the settings files.", "`stacks/environments` of the project"),
    Variable(
        "ANYKUBE_SECRET_NAME",
        "Value of the secret `NAME`, in upper case with `_` for `-`. It takes precedence over the stack's Pulumi "
        "config: `ANYKUBE_SECRET_WEB_SESSION_KEY` sets the secret `web-session-key`.",
    ),
    Variable(
        "ANYKUBE_CACHE",
        "Folder for programs and packages, which all projects of a user share.",
        "`anykube` in `XDG_CACHE_HOME`, or in `~/.cache`",
    ),
    Variable("ANYKUBE_DEBUG", "Set to `1` to print the traceback of an unexpected error."),
    Variable("ANYKUBE_KEEP_GO_CACHE", "Set to `1` to keep Go's module and build caches after the toolchain is built."),
    Variable(
        "ANYKUBE_POLICY_PROFILE",
        "Set to `production` to judge a stack by that profile, whatever its settings say. `anykube policy --strict` "
        "sets it.",
        is_internal=True,
    ),
    Variable(
        "ANYKUBE_REHEARSAL",
        "Folder of the running rehearsal. No secret is read and no cloud is called.",
        is_internal=True,
    ),
    Variable(
        "ANYKUBE_CHECKOUT", "Project that started a process. `anykube destroy` ends these processes.", is_internal=True
    ),
    Variable("ANYKUBE_PART", "Apps that a partial update is limited to.", is_internal=True),
    Variable("ANYKUBE_GOOGLE_ENDPOINT", "Address of the simulated Google Cloud account.", is_internal=True),
    Variable("ANYKUBE_AZURE_ACCOUNT", "Address of the simulated Azure account.", is_internal=True),
)
