"""Records which identity called which action on what, as IAM sees a request."""
