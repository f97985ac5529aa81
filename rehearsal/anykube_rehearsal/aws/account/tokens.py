"""Token reviews for the API servers of clusters."""

from pathlib import Path

from anykube_rehearsal.aws import token
from anykube_rehearsal.aws.account.eks.access_entries import ClusterLookup, groups_of
from anykube_rehearsal.aws.account.response_shapes import Json
from anykube_rehearsal.cloud import review as reviews


def review(folder: Path, clusters: ClusterLookup, cluster: str, token_review: Json) -> Json:
    """Reviews the token in a TokenReview."""
    caller = token.principal(folder, cluster, reviews.reviewed_token(token_review))
    return reviews.token_review(caller, groups_of(clusters, cluster, caller) if caller else None)
