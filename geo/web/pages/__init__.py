"""The pages of a country: each one's address, and what its template shows.

`routes` answers views and their faces, `country` all other pages; `frame` is what stands around every one of them. The
page of a view is made by `view`, what can be chosen on it by `choices`, what a change repaints by `parts`.
"""
