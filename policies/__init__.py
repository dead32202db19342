"""The CrossGuard pack: every rule the platform is held to. It imports nothing of the platform it judges."""
