"""What Azure refuses, by what it is about: each rule names the document that it comes from."""
