"""Commands that deploy, remove and show a stack."""

from typing import Annotated

import typer

from anykube_cli.commands.command import INVALID_INPUT, Panel, command
from anykube_cli.commands.options import LOCAL, Allow, App, Json, Stack


def register(cli: typer.Typer) -> None:
    """Adds the commands."""

    @command(
        cli,
        panel=Panel.STACK,
        examples=[
            "anykube up",
            "anykube up --stack aws-dev",
            "anykube up --stack aws-prod --allow servers-node-group",
            "anykube up --take-back web",
        ],
        exit_codes={
            0: "The stack is up, and its apps are ready.",
            1: "The deployment failed. Run the command again to continue.",
            2: f"{INVALID_INPUT} Or the API server or the guard stopped the run before it changed anything.",
        },
    )
    def up(
        stack: Stack = LOCAL,
        allow: Allow = None,
        take_back: Annotated[
            list[str] | None,
            typer.Option(
                metavar="NAME",
                help="An app, or the Pulumi name of an object. This run sets the fields of its objects that somebody "
                "changed outside Anykube, such as with kubectl scale, as the settings say. Repeat the option for "
                "several.",
                show_default="none",
            ),
        ] = None,
    ) -> None:
        """Deploy a stack and show its status. Recovers from interrupted runs.

        Stops before it changes anything if the API server refuses an object in a dry run.

        With `profile: production` in the settings, the command first previews the stack. It stops before it changes
        anything if a policy is violated, or if the run would replace or delete a guarded resource that --allow does not
        name.
        """
        from anykube_cli import lifecycle

        lifecycle.up(stack, allow or (), take_back or ())

    @command(
        cli,
        panel=Panel.STACK,
        examples=["anykube preview", "anykube preview --stack aws-prod --json"],
        exit_codes={
            0: "Nothing stops `anykube up`.",
            1: "The preview failed, or a policy stops `anykube up`.",
            2: f"{INVALID_INPUT} Or the API server or the guard stops `anykube up`.",
        },
    )
    def preview(stack: Stack = LOCAL, allow: Allow = None, as_json: Json = False) -> None:
        """Show what `anykube up` would change, and whether a policy or the guard would stop it.

        First sends every Kubernetes object to the API server as a dry run, and stops if it refuses any.

        The command changes no resource. It creates the empty stack in the Pulumi backend if it does not exist yet.
        """
        from anykube_cli import lifecycle

        lifecycle.preview(stack, allow or (), as_json=as_json)

    @command(
        cli,
        panel=Panel.STACK,
        examples=["anykube destroy", "anykube destroy --stack aws-dev"],
        exit_codes={
            0: "The stack was removed, or never existed.",
            1: "Some resources are left. Run the command again.",
            2: "The stack has protected resources. Nothing was removed.",
        },
    )
    def destroy(stack: Stack = LOCAL) -> None:
        """Remove a stack and all its resources. Does not ask for confirmation.

        Removes the stacks that use its cluster first. Works even if the settings file is invalid or missing.
        """
        from anykube_cli import lifecycle

        lifecycle.destroy(stack)

    @command(
        cli,
        panel=Panel.STACK,
        examples=["anykube sweep --stack aws-dev --dry-run", "anykube sweep --stack aws-dev --json"],
        exit_codes={
            0: "Everything that is proven to be the cluster's was removed or, with --dry-run, listed.",
            1: "The account could not be searched, or something could not be removed.",
            2: INVALID_INPUT,
        },
    )
    def sweep(
        stack: Stack = LOCAL,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="List the resources and remove nothing.")] = False,
        as_json: Json = False,
    ) -> None:
        """Remove what the controllers of a deleted cluster left in the cloud account.

        `anykube destroy` does the same while it runs. The command removes only what is proven to be the cluster's: by
        the network in the state, tags, and names that only a controller gives. It lists what is perhaps the
        cluster's, with the command that removes it, and what outlives the cluster and is billed, such as volumes.
        """
        from anykube_cli.sweep import command as implementation

        implementation.sweep(stack, dry_run=dry_run, as_json=as_json)

    @command(
        cli,
        panel=Panel.STACK,
        examples=["anykube show", "anykube show --stack aws-dev --json"],
        exit_codes={0: "Shown.", 1: "The cluster does not respond.", 2: INVALID_INPUT},
    )
    def show(stack: Stack = LOCAL, as_json: Json = False) -> None:
        """Show the node pools, nodes, pods and routes of a stack's cluster."""
        from anykube_cli import status

        status.show(stack, as_json=as_json)

    @command(
        cli,
        panel=Panel.STACK,
        examples=["anykube history --app web", "anykube history --app web --stack aws-dev --json"],
        exit_codes={
            0: "Shown.",
            1: "The cluster does not respond.",
            2: "The stack has no such app, or no cluster yet.",
        },
    )
    def history(app: App, stack: Stack = LOCAL, as_json: Json = False) -> None:
        """List the revisions of an app that the cluster keeps, newest first.

        For each revision it names the settings that differ from the current ones. `anykube rollback` returns to one.
        """
        from anykube_cli import status

        status.history(stack, app, as_json=as_json)

    @command(
        cli,
        panel=Panel.STACK,
        examples=["anykube rollback --app web", "anykube rollback --app web --revision 3 --stack aws-dev"],
        exit_codes={
            0: "The app runs the earlier revision.",
            1: "The deployment failed.",
            2: "There is no such revision, or its settings are not known.",
        },
    )
    def rollback(
        app: App,
        stack: Stack = LOCAL,
        revision: Annotated[
            int | None,
            typer.Option(
                metavar="N", help="A revision from `anykube history`, such as 3.", show_default="the previous one"
            ),
        ] = None,
    ) -> None:
        """Return the pods of an app to an earlier revision.

        Writes the earlier settings of the app's pods to the stack's settings file, and deploys the stack. The number of
        replicas and the routes stay as the file has them now. Commit the changed file.
        """
        from anykube_cli import lifecycle

        lifecycle.rollback(stack, app, revision)

    @command(
        cli,
        panel=Panel.STACK,
        examples=['eval "$(anykube env)"', "pulumi preview --stack local"],
        exit_codes={0: "Printed.", 1: "The toolchain is incomplete.", 2: INVALID_INPUT},
    )
    def env(stack: Stack = LOCAL) -> None:
        """Print the environment variables with which plain `pulumi` works on this project.

        They set PATH, PULUMI_HOME, the backend and the passphrase. Pass the output to `eval`.
        """
        from anykube_cli import lifecycle

        lifecycle.env(stack)
