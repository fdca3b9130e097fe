"""The pages: a checkpoint for the officer, a desk for the reviewer, a classroom for the trainer, and the API."""
