"""Tags of whatever has an ARN. https://docs.aws.amazon.com/eks/latest/userguide/eks-using-tags.html"""

from collections.abc import Iterable, Iterator

from anykube_rehearsal.aws.account.eks.state import Call, Cluster
from anykube_rehearsal.aws.account.errors import EksError
from anykube_rehearsal.aws.account.response_shapes import Json

MOST = 50


def tag_resource(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_TagResource.html"""
    tags = {**_tagged(call)["tags"], **call.asked["tags"]}
    if any(key.startswith("aws:") for key in call.asked["tags"]):
        raise EksError("BadRequestException", "tags: the prefix aws: is reserved")
    if len(tags) > MOST:
        raise EksError("BadRequestException", f"tags: a resource can have {MOST}")
    _tagged(call)["tags"] = tags
    return {}


def untag_resource(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UntagResource.html"""
    about = _tagged(call)
    about["tags"] = {key: value for key, value in about["tags"].items() if key not in call.asked["tagKeys"]}
    return {}


def list_tags_for_resource(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListTagsForResource.html"""
    return {"tags": _tagged(call)["tags"]}


def _tagged(call: Call) -> Json:
    arn = call.asked["resourceArn"]
    for cluster in call.eks.clusters.values():
        for about, key in _named(cluster):
            if about[key] == arn:
                return about
    raise EksError("NotFoundException", f"No resource found for ARN: {arn}")


def _named(cluster: Cluster) -> Iterator[tuple[Json, str]]:
    kinds: Iterable[tuple[str, Iterable[Json]]] = (
        ("arn", [cluster.about]),
        ("nodegroupArn", cluster.groups.values()),
        ("addonArn", cluster.addons.values()),
        ("accessEntryArn", cluster.entries.values()),
        ("associationArn", cluster.associations.values()),
    )
    for key, several in kinds:
        for one in several:
            yield one, key
