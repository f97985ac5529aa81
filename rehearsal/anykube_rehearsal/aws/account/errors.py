"""Answers of EKS that are errors, by the names of its API."""

from collections.abc import Mapping


class EksError(Exception):
    """An error of EKS' API: `code` is the name that the service model has for it, `about` what else it tells."""

    def __init__(self, code: str, message: str, about: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.code, self.description = code, dict(about or {})


def invalid_parameter(message: str) -> EksError:
    """A parameter that EKS does not take."""
    return EksError("InvalidParameterException", message)


def invalid_request(message: str) -> EksError:
    """Nothing that can be done in this state."""
    return EksError("InvalidRequestException", message)


def in_use(message: str) -> EksError:
    """The name is taken, or something depends on it."""
    return EksError("ResourceInUseException", message)


def not_found(message: str) -> EksError:
    """There is no such thing."""
    return EksError("ResourceNotFoundException", message)
