"""Many scans into the case store: resumable at any moment, on one machine or a cluster."""
