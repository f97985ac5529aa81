"""Bearer tokens for clusters.

On AWS, a token is a presigned request to STS, which the cluster's authenticator sends:
https://docs.aws.amazon.com/eks/latest/userguide/cluster-auth.html. Here the account's key signs the token.

Uses the standard library only: kubectl and every Kubernetes provider start a process for each token.
"""

from anykube_rehearsal.cloud.token import Signer

_SIGNER = Signer("k8s-aws-v1.")
make = _SIGNER.make
principal = _SIGNER.principal
