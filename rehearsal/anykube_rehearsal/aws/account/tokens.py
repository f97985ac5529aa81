"""Token reviews for the API servers of clusters."""

from anykube_rehearsal.aws.account import sts
from anykube_rehearsal.aws.account.eks.access_entries import ClusterLookup, groups_of
from anykube_rehearsal.aws.account.response_shapes import Json
from anykube_rehearsal.cloud import review as reviews


def review(url: str, clusters: ClusterLookup, cluster: str, token_review: Json) -> Json:
    """Reviews the token in a TokenReview. `url`: the address of the account."""
    try:
        caller = sts.principal(url, cluster, reviews.reviewed_token(token_review))
    except sts.InvalidTokenError:
        return reviews.token_review(None, None)
    return reviews.token_review(caller, groups_of(clusters, cluster, caller))
