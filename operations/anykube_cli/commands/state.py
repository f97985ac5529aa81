"""Commands about the Pulumi state of a stack."""

from pathlib import Path
from typing import Annotated

import typer

from anykube_cli.commands.command import WRONG, Panel, command
from anykube_cli.commands.options import LOCAL, Json, Stack


def register(cli: typer.Typer) -> None:
    """Adds the commands."""

    @command(
        cli,
        panel=Panel.STATE,
        examples=["anykube backend --stack aws-prod", "anykube backend --stack aws-prod --bucket my-states"],
        exit_codes={0: "The backend is ready.", 2: f"{WRONG} Or the account refuses."},
    )
    def backend(
        stack: Stack = LOCAL,
        bucket: Annotated[
            str | None,
            typer.Option(help="Name of the bucket, on Azure of the storage account. May exist already."),
        ] = None,
        key: Annotated[
            str | None, typer.Option(help="Alias of the key; on Google Cloud the key ring, on Azure the vault.")
        ] = None,
    ) -> None:
        """Create a bucket for a stack's state and a key for its secrets, and print how to use them.

        Hardens what exists already. A second run changes nothing.
        """
        from anykube_cli import state

        state.backend(stack, bucket, key)

    @command(
        cli,
        panel=Panel.STATE,
        examples=[
            "anykube migrate --stack aws-prod --to s3://my-states",
            "anykube migrate --stack aws-prod --to s3://my-states --remove-old",
        ],
        exit_codes={0: "The state is in the other backend.", 1: "Another process holds the stack.", 2: WRONG},
    )
    def migrate(
        to: Annotated[
            str,
            typer.Option(
                metavar="URL", help="The backend, as Pulumi names it (s3://…, file://…), or own: this project's."
            ),
        ],
        stack: Stack = LOCAL,
        secrets: Annotated[
            str | None,
            typer.Option(
                help="The secrets provider there.", show_default="the key of `anykube backend`, or a passphrase"
            ),
        ] = None,
        passphrase_file: Annotated[
            Path | None, typer.Option(exists=True, dir_okay=False, help="The passphrase there, if it is another.")
        ] = None,
        remove_old: Annotated[
            bool, typer.Option("--remove-old", help="Only remove the copy that an earlier move left.")
        ] = False,
    ) -> None:
        """Move a stack's state to another backend, with every resource and secret. The old copy stays, marked."""
        from anykube_cli import state

        state.migrate(stack, to, secrets, passphrase_file, remove_old=remove_old)

    @command(
        cli,
        panel=Panel.STATE,
        examples=["anykube unlock --stack aws-prod", "anykube unlock --stack aws-prod --lock 6f1c…"],
        exit_codes={0: "Shown, or broken.", 1: "There is no such lock, or its process is alive.", 2: WRONG},
    )
    def unlock(
        stack: Stack = LOCAL,
        lock: Annotated[
            str | None, typer.Option(metavar="LOCK", help="The lock to break.", show_default="list the locks")
        ] = None,
        as_json: Json = False,
    ) -> None:
        """List the locks of a stack, or break one. `up` breaks the locks of dead processes by itself."""
        from anykube_cli import state

        state.unlock(stack, lock, as_json=as_json)
