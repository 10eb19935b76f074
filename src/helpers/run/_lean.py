"""Leaves out what importing nbformat would take a second for; to be imported before it.

To check web addresses jsonschema has a grammar of them made, whenever it is imported and that grammar is
installed. Notebooks hold none to check.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
