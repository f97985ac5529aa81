"""The one program, and a page of settings for each environment."""
