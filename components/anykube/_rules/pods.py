"""Rules of pods: volumes, files, containers, and where they run."""

from collections.abc import Iterator

from anykube._clusters.clouds import CLOUDS
from anykube._rules.context import RuleContext, apps, cloud
from anykube._rules.findings import Finding, dotted
from anykube._rules.node import ConfigNode
from anykube._rules.standalone import volume_type
from anykube._rules.wording import choice

_SHARED = ("web", "worker", "daemon")
"""Kinds whose pods run at once, and share the claims that are made."""
_SEVERAL = ("ReadWriteMany", "ReadOnlyMany")


def containers(app: ConfigNode) -> Iterator[ConfigNode]:
    """The containers of an app beside its own."""
    for field in ("init_containers", "containers"):
        yield from (entry for entry in app[field].elements() if entry.is_mapping)


def names(context: RuleContext) -> Iterator[Finding]:
    """Containers of a pod have different names; the app's own has the app's."""
    for name, app in apps(context.settings):
        seen = {name}
        for entry in containers(app):
            given = entry["name"].text
            if given in seen:
                what = f"is {given}, which another container of the pod is called"
                yield Finding(entry["name"].path, what, "choose another name")
            seen |= {given} if given else set()


def volumes(context: RuleContext) -> Iterator[Finding]:
    """A volume is a whole one, and not more than its type can be."""
    for _, app in apps(context.settings):
        kind = app["kind"].text_or("web")
        for _, volume in app["volumes"].items():
            if not volume.is_mapping:
                continue
            yield from volume_type(volume)
            access = volume["access"].text_or("ReadWriteOnce")
            made = volume["type"].text == "claim" and volume["size"].given and not volume["claim_name"].given
            if made and kind in _SHARED and access is not None and access not in _SEVERAL:
                what = f"is a claim for {access}, but pods of the kind {kind} share it, from several nodes"
                remedy = "write `access: ReadWriteMany` where the storage can, or `kind: stateful` for one each"
                yield Finding(volume.path, what, remedy)


def mounts(context: RuleContext) -> Iterator[Finding]:
    """A container mounts volumes that are there."""
    for _, app in apps(context.settings):
        known = [name for name, _ in app["volumes"].items()]
        for entry in containers(app):
            for name, mount in entry["mounts"].items():
                if name not in known:
                    remedy = choice(name, known, "volume")
                    yield Finding(mount.path, f"names the volume {name}, which the app has not", remedy)


def paths(context: RuleContext) -> Iterator[Finding]:
    """Each path of a container is one thing."""
    for _, app in apps(context.settings):
        seen = {"/tmp": "what every container has for temporary files"}
        places = [(volume["path"].text, volume["path"]) for _, volume in app["volumes"].items()]
        places += [(secrets["path"].text, secrets["path"]) for _, secrets in app["csi_secrets"].items()]
        places += [(path, file) for path, file in app["files"].items()]
        for path, at in places:
            if path is None:
                continue
            if path in seen:
                yield Finding(at.path, f"is {path}, which is {seen[path]} already", "choose another path")
            seen.setdefault(path, dotted(at.path))
        for entry in containers(app):
            inside = {"/tmp"}
            for _, mount in entry["mounts"].items():
                if mount.text in inside:
                    yield Finding(
                        mount.path, f"is {mount.text}, which is something else already", "choose another path"
                    )
                inside |= {mount.text} if mount.text else set()


def external(context: RuleContext) -> Iterator[Finding]:
    """A variable from outside refers to a key that is fetched."""
    for _, app in apps(context.settings):
        known = dict(app["external_secrets"].items())
        for container in (app, app["next"], *containers(app)):
            for _, value in container["env"].items():
                name, key = value["external"], value["key"]
                if name.text is None:
                    continue
                if name.text not in known:
                    what = f"names the external secret {name.text}, which the app has not"
                    yield Finding(name.path, what, choice(name.text, known, "external secret"))
                elif key.text is not None and key.text not in (keys := dict(known[name.text]["keys"].items())):
                    what = f"names the key {key.text}, which {name.text} has not"
                    yield Finding(key.path, what, choice(key.text, keys, "key"))


def pools(context: RuleContext) -> Iterator[Finding]:
    """An app is put onto a pool that is there."""
    cluster = (context.referenced or context.settings)["cluster"]
    known = [name for name, _ in cluster["pools"].items()]
    if not cluster["cloud"].text:
        return
    for _, app in apps(context.settings):
        pool = app["pool"]
        if pool.text is not None and pool.text not in known:
            what = f"is {pool.text}, which is no pool of the cluster"
            remedy = choice(pool.text, known, "pool") if known else "use node_selector: its pools are not known here"
            yield Finding(pool.path, what, remedy)


def identities(context: RuleContext) -> Iterator[Finding]:
    """Only a cloud's own cluster can give pods an identity, and only the stack that makes the cluster."""
    for _, app in apps(context.settings):
        asked = app["identity"]
        if not asked.given:
            continue
        if context.referenced is not None:
            what = "is given, but the cluster belongs to another stack, which alone can grant it"
            yield Finding(asked.path, what, "move the app to that stack, or grant the service account there")
            continue
        kind = cloud(context)
        own = CLOUDS.get(kind or "")
        if kind is not None and own is None:
            what = f"is given, but the cluster is {kind}, and has no identities of a cloud for its pods"
            yield Finding(asked.path, what, "remove it")
        elif kind and asked.is_mapping and not asked[kind].given:
            what = f"says nothing of {own.name if own else kind}, where the cluster is"
            yield Finding(asked.path, what, f"add {own.identity_hint if own else kind}, or remove it")


def checks(context: RuleContext) -> Iterator[Finding]:
    """HTTP needs a port; a command needs none."""
    for _, app in apps(context.settings):
        portless = app["kind"].text == "worker" or (app["kind"].text == "daemon" and not app["port"].given)
        checked = [(app["health"], portless)]
        checked += [(entry["health"], not entry["port"].given) for entry in containers(app)]
        for health, without in checked:
            if health["path"].given and without:
                what = "asks by HTTP, but the container has no port"
                yield Finding(health["path"].path, what, "give command, or the port that it listens on")
