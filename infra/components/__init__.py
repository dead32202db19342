"""One capability of the platform a module; siblings never import each other, `infra.blueprint` joins them."""
