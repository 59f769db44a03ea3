"""A layer as a picture or a file; no HTTP here, no building."""
