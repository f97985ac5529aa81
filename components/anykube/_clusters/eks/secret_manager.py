"""AWS Secrets Manager."""

from anykube._clouds.definition import SecretManager
from anykube._clusters.eks.credentials import open_session
from anykube._secret_managers import UnreadableSecretError

SECRET_MANAGER = SecretManager(
    prefix="arn:",
    pattern=r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+",
    template="arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME",
    read=f"{__name__}:read",
)


def read(reference: str) -> str:
    """Reads a secret: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html"""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        client = open_session(reference.split(":")[3]).client("secretsmanager")
        response = client.get_secret_value(SecretId=reference)
    except (BotoCoreError, ClientError) as error:
        raise UnreadableSecretError(str(error)) from None
    if "SecretString" not in response:
        raise UnreadableSecretError("the secret is binary, not text")
    return str(response["SecretString"])
