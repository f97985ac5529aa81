"""The account: a project of Google Cloud, whose rules are Google's, each with its document."""
