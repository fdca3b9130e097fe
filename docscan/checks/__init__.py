"""One module per question asked of a document; `registry` lists them."""
