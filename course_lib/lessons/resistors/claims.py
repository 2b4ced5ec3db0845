"""Claims to come."""

claims = ()
facts = ()
