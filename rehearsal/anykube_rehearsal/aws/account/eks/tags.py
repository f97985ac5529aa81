"""Tags of every resource with an ARN. https://docs.aws.amazon.com/eks/latest/userguide/eks-using-tags.html"""

from collections.abc import Iterable, Iterator

from anykube_rehearsal.aws.account.eks.state import Call, Cluster
from anykube_rehearsal.aws.account.errors import EksError
from anykube_rehearsal.aws.account.response_shapes import Json

MAX_TAGS = 50


def tag_resource(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_TagResource.html"""
    tags = {**_resource(call)["tags"], **call.params["tags"]}
    if any(key.startswith("aws:") for key in call.params["tags"]):
        raise EksError("BadRequestException", "tags: the prefix aws: is reserved")
    if len(tags) > MAX_TAGS:
        raise EksError("BadRequestException", f"tags: a resource can have at most {MAX_TAGS}")
    _resource(call)["tags"] = tags
    return {}


def untag_resource(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UntagResource.html"""
    resource = _resource(call)
    resource["tags"] = {key: value for key, value in resource["tags"].items() if key not in call.params["tagKeys"]}
    return {}


def list_tags_for_resource(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListTagsForResource.html"""
    return {"tags": _resource(call)["tags"]}


def _resource(call: Call) -> Json:
    arn = call.params["resourceArn"]
    for cluster in call.eks.clusters.values():
        for resource, key in _resources(cluster):
            if resource[key] == arn:
                return resource
    raise EksError("NotFoundException", f"No resource found for ARN: {arn}")


def _resources(cluster: Cluster) -> Iterator[tuple[Json, str]]:
    kinds: Iterable[tuple[str, Iterable[Json]]] = (
        ("arn", [cluster.description]),
        ("nodegroupArn", cluster.groups.values()),
        ("addonArn", cluster.addons.values()),
        ("accessEntryArn", cluster.entries.values()),
        ("associationArn", cluster.associations.values()),
    )
    for key, resources in kinds:
        for resource in resources:
            yield resource, key
