"""How a view is shared: what a page says of itself to other sites, and the page that makes what is pasted there."""
