"""Commands that check a stack before it is deployed."""

from typing import Annotated

import typer

from anykube_cli.commands.command import WRONG, Panel, command
from anykube_cli.commands.options import LOCAL, Allow, Json, Stack


def register(cli: typer.Typer) -> None:
    """Adds the commands."""

    @command(
        cli,
        panel=Panel.CHECK,
        examples=["anykube preflight --stack aws-dev", "anykube preflight --stack aws-dev --json"],
        exit_codes={
            0: "The account can take the stack, or the stack has no cloud.",
            2: f"{WRONG} Or the account cannot take the stack.",
        },
    )
    def preflight(stack: Stack = LOCAL, as_json: Json = False) -> None:
        """Check quotas, machine types, versions and name conflicts in the cloud account. Changes nothing."""
        from anykube_cli import checks

        checks.preflight(stack, as_json=as_json)

    @command(
        cli,
        panel=Panel.CHECK,
        examples=["anykube guard --stack aws-prod"],
        exit_codes={0: "`anykube up` may run.", 1: "The preview failed.", 2: f"{WRONG} Or the guard stops `up`."},
    )
    def guard(stack: Stack = LOCAL, allow: Allow = None) -> None:
        """Preview a stack, and list the guarded resources that `up` would replace or delete. Changes nothing.

        In development the list is a warning, and nothing stops `up`.
        """
        from anykube_cli import checks

        checks.guard(stack, allow or ())

    @command(
        cli,
        panel=Panel.CHECK,
        examples=["anykube policy --stack aws-dev", "anykube policy --stack aws-dev --strict --json"],
        exit_codes={0: "No violation stops `up`.", 1: "A violation stops `up`.", 2: WRONG},
    )
    def policy(
        stack: Stack = LOCAL,
        strict: Annotated[bool, typer.Option("--strict", help="Judge it as a production stack.")] = False,
        as_json: Json = False,
    ) -> None:
        """Check a stack against the policy pack.

        The stack of a cloud is previewed on an empty simulated account, without credentials.
        """
        from anykube_cli import checks

        checks.policy(stack, strict=strict, as_json=as_json)

    @command(
        cli,
        panel=Panel.CHECK,
        examples=[
            "anykube rehearse --stack aws-dev",
            "anykube rehearse --stack aws-dev --keep",
            "anykube rehearse --stack aws-dev --end",
        ],
        exit_codes={0: "Every step passed, and nothing is left.", 1: "A step failed.", 2: WRONG},
    )
    def rehearse(
        stack: Stack = LOCAL,
        keep: Annotated[bool, typer.Option("--keep", help="Leave the stack up after the first two steps.")] = False,
        end: Annotated[bool, typer.Option("--end", help="Remove a stack that --keep left.")] = False,
        fault: Annotated[
            list[str] | None,
            typer.Option(metavar="NAME[=VALUE]", help="A fault of the simulated cloud. Repeatable."),
        ] = None,
    ) -> None:
        """Deploy, change and destroy the stack of a cloud on a simulated account on this machine."""
        from anykube_cli.rehearsal import command as rehearsal

        rehearsal.rehearse(stack, keep=keep, end=end, faults=fault or ())
