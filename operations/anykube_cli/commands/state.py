"""Commands about the Pulumi state of a stack."""

from pathlib import Path
from typing import Annotated

import typer

from anykube_cli.commands.command import INVALID_INPUT, Panel, command
from anykube_cli.commands.options import LOCAL, Json, Stack


def register(cli: typer.Typer) -> None:
    """Adds the commands."""

    @command(
        cli,
        panel=Panel.STATE,
        examples=[
            "anykube backend --stack aws-prod",
            'eval "$(anykube backend --stack aws-prod --bucket my-states)"',
        ],
        exit_codes={0: "The backend is ready.", 2: f"{INVALID_INPUT} Or the cloud refused a request."},
    )
    def backend(
        stack: Stack = LOCAL,
        bucket: Annotated[
            str | None,
            typer.Option(
                metavar="NAME",
                help="The bucket, such as my-states; on Azure the storage account. An existing one is used only if "
                "you name it.",
                show_default="named after the cluster and the account",
            ),
        ] = None,
        key: Annotated[
            str | None,
            typer.Option(
                metavar="NAME",
                help="The alias of the key, such as my-states; on Google Cloud the key ring, on Azure the key vault.",
                show_default="named after the cluster and the account",
            ),
        ] = None,
    ) -> None:
        """Create a bucket for a stack's Pulumi state and a key for its secrets.

        Prints the environment variables that make Pulumi use them; pass the output to `eval`. If the bucket or the key
        exists, the command tightens its security settings. It is safe to run again.
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
        exit_codes={0: "The state is in the new backend.", 1: "Another process holds the stack.", 2: INVALID_INPUT},
    )
    def migrate(
        to: Annotated[
            str,
            typer.Option(
                metavar="URL",
                help="The new backend: a URL as Pulumi takes it (s3://BUCKET, gs://…, azblob://…, file://…), or `own` "
                "for the backend in this project.",
            ),
        ],
        stack: Stack = LOCAL,
        secrets: Annotated[
            str | None,
            typer.Option(
                metavar="PROVIDER",
                help="The secrets provider in the new backend, such as awskms://alias/my-states.",
                show_default="the key of `anykube backend`, or passphrase",
            ),
        ] = None,
        passphrase_file: Annotated[
            Path | None,
            typer.Option(
                metavar="FILE",
                exists=True,
                dir_okay=False,
                help="A file with the passphrase in the new backend.",
                show_default="the current passphrase",
            ),
        ] = None,
        remove_old: Annotated[
            bool,
            typer.Option(
                "--remove-old", help="Do not move anything: remove the copy that an earlier move left behind."
            ),
        ] = False,
    ) -> None:
        """Move a stack's state, with all resources and secrets, to another Pulumi backend.

        Compares the two states before it switches to the new one. The old copy stays, marked as moved, until you run
        the command again with --remove-old.
        """
        from anykube_cli import state

        state.migrate(stack, to, secrets, passphrase_file, remove_old=remove_old)

    @command(
        cli,
        "rotate-key",
        panel=Panel.STATE,
        examples=["anykube rotate-key --stack aws-prod", "anykube rotate-key --stack azure-prod --pin"],
        exit_codes={
            0: "The secrets are encrypted with the new version of the key.",
            1: "Another process holds the stack.",
            2: f"{INVALID_INPUT} Or the cloud refused a request. The secrets stay readable.",
        },
    )
    def rotate_key(
        stack: Stack = LOCAL,
        pin: Annotated[
            bool,
            typer.Option(
                "--pin",
                help="Only record the version of the key in the URL of the secrets provider, which Azure needs to "
                "decrypt after a rotation.",
            ),
        ] = False,
    ) -> None:
        """Rotate the key that encrypts a stack's secrets, and encrypt state and config anew.

        Uses the newest version of the key, or creates one if the stack has it already. Older versions stay enabled.
        If the command is interrupted, the secrets stay readable; run it again.
        """
        from anykube_cli import state

        state.rotate_key(stack, pin_only=pin)

    @command(
        cli,
        panel=Panel.STATE,
        examples=["anykube unlock --stack aws-prod", "anykube unlock --stack aws-prod --lock 6f1c…"],
        exit_codes={
            0: "The locks were listed, or the lock was removed.",
            1: "There is no such lock, or its process is still running.",
            2: INVALID_INPUT,
        },
    )
    def unlock(
        stack: Stack = LOCAL,
        lock: Annotated[
            str | None,
            typer.Option(
                metavar="LOCK",
                help="The ID of the lock to remove, as this command lists it.",
                show_default="list the locks",
            ),
        ] = None,
        as_json: Json = False,
    ) -> None:
        """List the locks of a stack, or remove one.

        You need this only for a lock of another machine: `anykube up` removes the locks of dead processes on this one.
        """
        from anykube_cli import state

        state.unlock(stack, lock, as_json=as_json)
