"""Commands that deploy, remove and show a stack."""

from typing import Annotated

import typer

from anykube_cli.commands.command import WRONG, Panel, command
from anykube_cli.commands.options import LOCAL, Allow, App, Json, Stack


def register(cli: typer.Typer) -> None:
    """Adds the commands."""

    @command(
        cli,
        panel=Panel.STACK,
        examples=["anykube up", "anykube up --stack aws-prod --allow servers-node-group"],
        exit_codes={
            0: "The stack is up, and its apps are ready.",
            1: "The deployment failed. Run the command again to continue.",
            2: f"{WRONG} Or the guard stopped it, and nothing was changed.",
        },
    )
    def up(stack: Stack = LOCAL, allow: Allow = None) -> None:
        """Deploy a stack and show its status.

        Recovers from interrupted runs. In production, a run that would replace or delete a guarded resource stops
        before it changes anything, unless --allow names the resource.
        """
        from anykube_cli import lifecycle

        lifecycle.up(stack, allow or ())

    @command(
        cli,
        panel=Panel.STACK,
        examples=["anykube preview", "anykube preview --stack aws-prod --json"],
        exit_codes={
            0: "`anykube up` may run.",
            1: "The preview failed, or a policy stops `up`.",
            2: f"{WRONG} Or the guard stops `up`.",
        },
    )
    def preview(stack: Stack = LOCAL, allow: Allow = None, as_json: Json = False) -> None:
        """Show what `up` would change, and what policies and the guard say about it. Changes no resource."""
        from anykube_cli import lifecycle

        lifecycle.preview(stack, allow or (), as_json=as_json)

    @command(
        cli,
        panel=Panel.STACK,
        examples=["anykube destroy", "anykube destroy --stack aws-dev"],
        exit_codes={
            0: "The stack is gone, or never existed.",
            1: "Some resources are left. Run the command again.",
            2: "The stack has protected resources. Nothing was removed.",
        },
    )
    def destroy(stack: Stack = LOCAL) -> None:
        """Remove a stack, and before it the stacks on its cluster. Works without valid settings too."""
        from anykube_cli import lifecycle

        lifecycle.destroy(stack)

    @command(
        cli,
        panel=Panel.STACK,
        examples=["anykube show", "anykube show --stack aws-dev --json"],
        exit_codes={0: "Shown.", 1: "The cluster does not answer.", 2: WRONG},
    )
    def show(stack: Stack = LOCAL, as_json: Json = False) -> None:
        """Show the pools, nodes, pods and routes of a stack's cluster."""
        from anykube_cli import status

        status.show(stack, as_json=as_json)

    @command(
        cli,
        panel=Panel.STACK,
        examples=["anykube history --app web", "anykube history --app web --json"],
        exit_codes={0: "Shown.", 1: "The cluster does not answer.", 2: "There is no such app, or no cluster yet."},
    )
    def history(app: App, stack: Stack = LOCAL, as_json: Json = False) -> None:
        """Show the revisions of an app that the cluster keeps, and how their settings differ from the present ones."""
        from anykube_cli import status

        status.history(stack, app, as_json=as_json)

    @command(
        cli,
        panel=Panel.STACK,
        examples=["anykube rollback --app web", "anykube rollback --app web --revision 3 --stack aws-dev"],
        exit_codes={0: "The app runs the earlier revision.", 1: "The deployment failed.", 2: "No such revision."},
    )
    def rollback(
        app: App,
        stack: Stack = LOCAL,
        revision: Annotated[
            int | None,
            typer.Option(help="A revision that `anykube history` lists.", show_default="the one before"),
        ] = None,
    ) -> None:
        """Return the pods of an app to an earlier revision: changes the stack's settings file, and deploys it.

        The number of pods and the routes stay as the file has them now.
        """
        from anykube_cli import lifecycle

        lifecycle.rollback(stack, app, revision)

    @command(
        cli,
        panel=Panel.STACK,
        examples=['eval "$(anykube env)"', "pulumi preview --stack local"],
        exit_codes={0: "Printed.", 1: "The toolchain is not complete.", 2: WRONG},
    )
    def env(stack: Stack = LOCAL) -> None:
        """Print the exports with which plain `pulumi` works on this project."""
        from anykube_cli import lifecycle

        lifecycle.env(stack)
