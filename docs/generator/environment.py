"""docs/reference/environment-variables.md and exit-codes.md."""

from collections.abc import Iterator

from anykube_cli.environment_variables import VARIABLES
from anykube_cli.exit_codes import EXIT_CODES

from docs.generator.note import NOTE

_PULUMI = """## Of Pulumi and the clouds

Anykube respects these variables and does not set them unless it says so.

- `PULUMI_BACKEND_URL`: where the state is, such as `s3://acme-state?region=eu-west-1`. Default: the project's own
  state below `.anykube/state`.
- `PULUMI_CONFIG_PASSPHRASE`, `PULUMI_CONFIG_PASSPHRASE_FILE`: encrypt a stack's secrets with your passphrase. Default:
  a random passphrase in `.anykube/passphrase`, for the project's own state only.
- `PULUMI_OPTION_POLICY_PACK`: set to an empty value to run one command without the policy pack.
- AWS, Google Cloud and Azure credentials: whatever boto3, google-auth and azure-identity read.

[Variables of the pipelines](ci-variables.md) lists what a pipeline needs."""


def pages() -> Iterator[tuple[str, str]]:
    """The pages of this reference: name and text."""
    public = [variable for variable in VARIABLES if not variable.is_internal]
    internal = [variable for variable in VARIABLES if variable.is_internal]
    yield (
        "environment-variables.md",
        "\n\n".join(
            [
                "# Environment variables",
                NOTE,
                *(f"## `{entry.name}`\n\n{entry.description}\n\n- Default: {entry.default}" for entry in public),
                _PULUMI,
                "## Internal\n\nAnykube sets these for the processes that it starts. Do not set them yourself.",
                "\n".join(f"- `{variable.name}`: {variable.description}" for variable in internal),
            ]
        ),
    )
    yield (
        "exit-codes.md",
        "\n\n".join(
            [
                "# Exit codes",
                NOTE,
                "[Command line](command-line.md) lists for each command what its exit codes mean.",
                "\n".join(f"- `{code}`: {text}" for code, text in EXIT_CODES.items()),
            ]
        ),
    )
