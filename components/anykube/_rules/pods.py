"""Rules of pods: volumes, files, containers and placement."""

from collections.abc import Iterator

from anykube._clusters.clouds import CLOUDS
from anykube._rules.context import RuleContext, apps, cloud
from anykube._rules.findings import Finding, dotted
from anykube._rules.node import ConfigNode
from anykube._rules.standalone import volume_type
from anykube._rules.wording import choice

_SHARING_KINDS = ("web", "worker", "daemon")
"""Kinds of apps whose pods run at the same time and share a claim."""
_SHARED_ACCESS = ("ReadWriteMany", "ReadOnlyMany")


def containers(app: ConfigNode) -> Iterator[ConfigNode]:
    """The containers of an app, except the main one."""
    for field in ("init_containers", "containers"):
        yield from (container for container in app[field].elements() if container.is_mapping)


def names(context: RuleContext) -> Iterator[Finding]:
    """Containers of a pod have different names. The main container has the name of the app."""
    for app_name, app in apps(context.settings):
        used = {app_name}
        for container in containers(app):
            name = container["name"].text
            if name in used:
                message = f"{name} is the name of another container of the pod"
                yield Finding(container["name"].path, message, "choose another name")
            used |= {name} if name else set()


def volumes(context: RuleContext) -> Iterator[Finding]:
    """A volume has the fields that its type needs, and pods that share a claim can all mount it."""
    for _, app in apps(context.settings):
        kind = app["kind"].text_or("web")
        for _, volume in app["volumes"].items():
            if not volume.is_mapping:
                continue
            yield from volume_type(volume)
            access = volume["access"].text_or("ReadWriteOnce")
            is_new_claim = volume["type"].text == "claim" and volume["size"].is_set and not volume["claim_name"].is_set
            if is_new_claim and kind in _SHARING_KINDS and access is not None and access not in _SHARED_ACCESS:
                message = f"pods of the kind {kind} share this claim from several nodes, which {access} does not allow"
                remedy = "set `access: ReadWriteMany` if the storage supports it, or `kind: stateful`"
                yield Finding(volume.path, message, remedy)


def mounts(context: RuleContext) -> Iterator[Finding]:
    """Containers mount volumes of the app."""
    for _, app in apps(context.settings):
        volume_names = [name for name, _ in app["volumes"].items()]
        for container in containers(app):
            for name, mount in container["mounts"].items():
                if name not in volume_names:
                    yield Finding(mount.path, f"the app has no volume {name}", choice(name, volume_names, "volume"))


def paths(context: RuleContext) -> Iterator[Finding]:
    """Each path of a container has one volume or file."""
    for _, app in apps(context.settings):
        used = {"/tmp": "the directory for temporary files"}
        fields = [(volume["path"].text, volume["path"]) for _, volume in app["volumes"].items()]
        fields += [(secrets["path"].text, secrets["path"]) for _, secrets in app["csi_secrets"].items()]
        fields += [(path, file) for path, file in app["files"].items()]
        for path, field in fields:
            if path is None:
                continue
            if path in used:
                yield Finding(field.path, f"{path} is already used by {used[path]}", "choose another path")
            used.setdefault(path, dotted(field.path))
        for container in containers(app):
            mounted = {"/tmp"}
            for _, mount in container["mounts"].items():
                if mount.text in mounted:
                    message = f"{mount.text} is already used in this container"
                    yield Finding(mount.path, message, "choose another path")
                mounted |= {mount.text} if mount.text else set()


def external_secrets(context: RuleContext) -> Iterator[Finding]:
    """Variables refer to existing external secrets and keys."""
    for _, app in apps(context.settings):
        secrets = dict(app["external_secrets"].items())
        for container in (app, app["next"], *containers(app)):
            for _, value in container["env"].items():
                name, key = value["external"], value["key"]
                if name.text is None:
                    continue
                if name.text not in secrets:
                    message = f"the app has no external secret {name.text}"
                    yield Finding(name.path, message, choice(name.text, secrets, "external secret"))
                elif key.text is not None and key.text not in (keys := dict(secrets[name.text]["keys"].items())):
                    message = f"the external secret {name.text} has no key {key.text}"
                    yield Finding(key.path, message, choice(key.text, keys, "key"))


def pools(context: RuleContext) -> Iterator[Finding]:
    """Apps run on pools of the cluster."""
    cluster = (context.referenced or context.settings)["cluster"]
    pool_names = [name for name, _ in cluster["pools"].items()]
    if not cluster["cloud"].text:
        return
    for _, app in apps(context.settings):
        pool = app["pool"]
        if pool.text is not None and pool.text not in pool_names:
            unknown = "use node_selector instead, since the cluster's pools are unknown"
            remedy = choice(pool.text, pool_names, "pool") if pool_names else unknown
            yield Finding(pool.path, f"the cluster has no pool {pool.text}", remedy)


def identities(context: RuleContext) -> Iterator[Finding]:
    """Only the stack that creates a cloud's cluster can give pods an identity."""
    for _, app in apps(context.settings):
        identity = app["identity"]
        if not identity.is_set:
            continue
        if context.referenced is not None:
            message = "only the stack that has the cluster can grant an identity, and this is another stack"
            yield Finding(identity.path, message, "move the app to that stack, or grant the service account there")
            continue
        kind = cloud(context)
        facts = CLOUDS.get(kind or "")
        if kind is not None and facts is None:
            message = f"not supported, since the cluster is {kind} and its pods have no cloud identities"
            yield Finding(identity.path, message, "remove it")
        elif kind and identity.is_mapping and not identity[kind].is_set:
            message = f"has no section for {facts.name if facts else kind}, which the cluster runs on"
            yield Finding(identity.path, message, f"add {facts.identity_hint if facts else kind}, or remove identity")


def checks(context: RuleContext) -> Iterator[Finding]:
    """An HTTP probe needs a port."""
    for _, app in apps(context.settings):
        portless = app["kind"].text == "worker" or (app["kind"].text == "daemon" and not app["port"].is_set)
        probes = [(app["health"], portless)]
        probes += [(container["health"], not container["port"].is_set) for container in containers(app)]
        for health, is_portless in probes:
            if health["path"].is_set and is_portless:
                message = "an HTTP probe needs a port, and the container has none"
                yield Finding(health["path"].path, message, "use command instead, or set the port it listens on")
