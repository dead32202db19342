"""The local stack: an embedded AWS, a local cluster and the engine that puts the program onto them."""
