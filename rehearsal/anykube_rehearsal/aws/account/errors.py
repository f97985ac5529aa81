"""Errors of the EKS API."""

from collections.abc import Mapping


class EksError(Exception):
    """An error of the EKS API. `code` is its name in the service model, `details` are its other fields."""

    def __init__(self, code: str, message: str, details: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.code, self.details = code, dict(details or {})


def invalid_parameter(message: str) -> EksError:
    """An invalid parameter."""
    return EksError("InvalidParameterException", message)


def invalid_request(message: str) -> EksError:
    """A request that the resource's state does not allow."""
    return EksError("InvalidRequestException", message)


def in_use(message: str) -> EksError:
    """The name is taken, or another resource depends on it."""
    return EksError("ResourceInUseException", message)


def not_found(message: str) -> EksError:
    """The resource does not exist."""
    return EksError("ResourceNotFoundException", message)
