"""Stage 7. Prebuilt archives: unit tiles of an edition (`units`), body and value tiles of a version (`bodies`)."""
