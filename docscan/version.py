"""The version of docscan, apart so that it can be asked without importing anything."""

VERSION = "0.1.0"
