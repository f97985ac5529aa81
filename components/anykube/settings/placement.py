"""Where the apps of settings have their objects, to tell whether an app has moved between settings files."""

from collections.abc import Mapping

from anykube.settings.links import object_name
from anykube.settings.loader import load
from anykube.settings.model import StackSettings
from anykube.settings.problems import SettingsError


def placements(settings: StackSettings) -> Mapping[str, str]:
    """The name of each app by the namespace and name of its objects, such as `shop/web`."""
    return {
        f"{app.namespace or settings.namespace}/{object_name(name, app)}": name for name, app in settings.apps.items()
    }


def has_moved_from(stack: str, placement: str) -> bool:
    """Whether an app is no longer in the settings of a stack. False if that stack has no valid settings."""
    try:
        return placement not in placements(load(stack))
    except SettingsError:
        return False
