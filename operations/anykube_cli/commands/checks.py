"""Commands that check a stack before it is deployed."""

from typing import Annotated

import typer

from anykube_cli.commands.command import INVALID_INPUT, Panel, command
from anykube_cli.commands.options import LOCAL, Allow, Json, Stack


def register(cli: typer.Typer) -> None:
    """Adds the commands."""

    @command(
        cli,
        panel=Panel.CHECK,
        examples=["anykube preflight --stack aws-dev", "anykube preflight --stack aws-dev --json"],
        exit_codes={
            0: "The account has room for the stack, and the cluster accepts its objects, where there are any.",
            2: f"{INVALID_INPUT} Or the check found an error that would make the deployment fail.",
        },
    )
    def preflight(stack: Stack = LOCAL, as_json: Json = False) -> None:
        """Check quotas, machine types, versions and name conflicts in the cloud account.

        Run it before the first deployment of a stack, or before you add nodes. It only reads from the account, with the
        credentials that you are logged in with. If the cluster exists, it also sends every object of the apps to the
        API server as a dry run. `anykube up` runs the same checks first.
        """
        from anykube_cli import checks

        checks.preflight(stack, as_json=as_json)

    @command(
        cli,
        panel=Panel.CHECK,
        examples=["anykube guard --stack aws-prod", "anykube guard --stack aws-prod --allow servers-node-group"],
        exit_codes={
            0: "The guard does not stop `anykube up`.",
            1: "The preview failed.",
            2: f"{INVALID_INPUT} Or the guard stops `anykube up`.",
        },
    )
    def guard(stack: Stack = LOCAL, allow: Allow = None) -> None:
        """Preview a stack and list the guarded resources that `anykube up` would replace or delete.

        A resource is guarded if its loss would cost data, addresses, identities or running workloads: a cluster, a node
        pool, a volume and others. With `profile: production` in the settings, `anykube up` stops unless --allow names
        each of them. With `profile: development` this list is only a warning. The command changes nothing.
        """
        from anykube_cli import checks

        checks.guard(stack, allow or ())

    @command(
        cli,
        panel=Panel.CHECK,
        examples=["anykube policy --stack aws-dev", "anykube policy --stack aws-dev --strict --json"],
        exit_codes={
            0: "No violation stops `anykube up`.",
            1: "A violation stops `anykube up`.",
            2: INVALID_INPUT,
        },
    )
    def policy(
        stack: Stack = LOCAL,
        strict: Annotated[
            bool, typer.Option("--strict", help="Apply the rules of `profile: production`, whatever the settings say.")
        ] = False,
        as_json: Json = False,
    ) -> None:
        """Check a stack against the policy pack, and print each violation with its remedy.

        The command previews the stack and changes nothing. It previews a stack with a cluster in a cloud on an empty
        simulated account, so it needs no credentials.
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
            "anykube rehearse --stack aws-dev --fault throttling=5",
            "anykube rehearse --stack aws-prod --from internet",
        ],
        exit_codes={
            0: "Every step passed, and the simulated account is empty again.",
            1: "A step failed, or resources are left.",
            2: f"{INVALID_INPUT} Or the place in --from cannot reach the Kubernetes API. Nothing was created.",
        },
    )
    def rehearse(
        stack: Stack = LOCAL,
        keep: Annotated[
            bool, typer.Option("--keep", help="Stop after the first two steps, and leave the stack up.")
        ] = False,
        end: Annotated[bool, typer.Option("--end", help="Remove the rehearsal that --keep left up.")] = False,
        origin: Annotated[
            str | None,
            typer.Option(
                "--from",
                metavar="PLACE",
                help="Where this run stands: internet, network (that of the cluster), or an IPv4 address or range.",
                show_default="api.deploy_from in the settings, or internet",
            ),
        ] = None,
        fault: Annotated[
            list[str] | None,
            typer.Option(
                metavar="NAME[=VALUE]",
                help="Make the simulated cloud fail in this way, such as throttling=5. Repeat the option for several.",
                show_default="none",
            ),
        ] = None,
    ) -> None:
        """Deploy, change and destroy a stack on a simulated cloud account on this machine.

        The program, the settings, Pulumi and the Kubernetes API are real; the cloud is simulated. A rehearsal needs no
        account and no credentials, and cannot reach a real one. It does not replace a test in the cloud itself.

        The run reaches the Kubernetes API only where the real network would let it. It stops before it creates anything
        if the settings close the API to the place where it stands.
        """
        from anykube_cli.rehearsal import command as rehearsal

        rehearsal.rehearse(stack, keep=keep, end=end, faults=fault or (), origin=origin)
