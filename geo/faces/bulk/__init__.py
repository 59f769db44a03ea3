"""Everything that a version holds, as one folder of files: tables, borders, tiles, their checksums, a data package.

The names come from the manifest and from the tables that are declared here; nothing a reader types becomes a name.
"""

from geo.faces.bulk.folder import GROUPS, PACKAGE, SUMS, File, Folder, folder_of

__all__ = ["GROUPS", "PACKAGE", "SUMS", "File", "Folder", "folder_of"]
