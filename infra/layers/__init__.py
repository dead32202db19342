"""The layers of the platform: each joins a few components; `infra.blueprint` joins the layers."""
