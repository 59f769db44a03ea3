"""Words and seams of the map; imports nothing else of ours."""
