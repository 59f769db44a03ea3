"""Stage 7. Prebuilt archives: unit tiles of an edition; body tiles, value tiles and the surface of a version."""
