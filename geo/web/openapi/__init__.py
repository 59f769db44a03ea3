"""What programs may ask, as an OpenAPI 3 document made of the tables that answer, and as a page that people read.

/openapi.json                 every public address              /<lang>/api/      the same as a page
/api/versions/<version>       what one version offers, the same for good
"""

from geo.web.openapi.document import document
from geo.web.openapi.routes import WORD, blueprint

__all__ = ["WORD", "blueprint", "document"]
