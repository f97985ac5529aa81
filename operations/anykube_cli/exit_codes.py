"""The exit codes of `anykube`, for the generated reference. Each command's help says what they mean to it."""

from collections.abc import Mapping

EXIT_CODES: Mapping[int, str] = {
    0: "The command succeeded.",
    1: "The command failed, or a check stops the deployment. Run the same command again to continue.",
    2: "The settings or the arguments are wrong, or a guard stopped the run. Nothing was changed.",
    3: "`anykube ci drift` found drift, or `anykube import` could not express everything.",
    130: "The command was interrupted with Ctrl-C. Run it again to continue.",
}
