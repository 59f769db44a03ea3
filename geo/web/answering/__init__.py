"""How an answer leaves: its type, caching, coding and part of a file; the answers that lie ready; errors as answers."""
