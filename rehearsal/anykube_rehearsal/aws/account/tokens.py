"""What a cluster's API server is told about the tokens of its callers."""

from pathlib import Path

from anykube_rehearsal.aws import token
from anykube_rehearsal.aws.account.eks.access_entries import Account, groups_of
from anykube_rehearsal.aws.account.response_shapes import Json
from anykube_rehearsal.cloud import review as reviews


def review(folder: Path, account: Account, cluster: str, asked: Json) -> Json:
    """The answer to a TokenReview of a cluster's API server."""
    caller = token.principal(folder, cluster, reviews.reviewed_token(asked))
    return reviews.token_review(caller, groups_of(account, cluster, caller) if caller else None)
