"""Resource providers that speak Pulumi's own protocol over local stand-ins."""
