"""Forms: what well-formed input is, and the sentence that says what is wrong with other input."""
