"""Pure arithmetic and vocabularies that every component may use; nothing here makes a resource."""
