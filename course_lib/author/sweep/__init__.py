"""The sweep of lesson 03: small transformers on the language of course_lib.shared.hierarchy. See __main__.py."""
