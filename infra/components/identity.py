"""The identity provider: a Cognito user pool that signs the tokens the service verifies."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.urls import service_url

RESOURCE_SERVER = "orders-api"
_SCOPES = {"orders:read": "Read one's own orders", "orders:write": "Place orders"}
_ROLES = {
    "admin": "May do everything in the shop",
    "support": "May read every order",
    "customer": "May place and read their own orders",
}
"""Roles in order of precedence."""
_SHORTEST_PASSWORD = 14


@dataclass(frozen=True, kw_only=True)
class IdentityArgs:
    """How people sign in and how long tokens live."""

    region: str
    domain_prefix: str
    """The sign-in pages' host name within Cognito's own domain; one of a kind in the region."""
    callback_urls: Sequence[str]
    logout_urls: Sequence[str]
    sign_in_flows: Sequence[str]
    """Cognito's `ExplicitAuthFlows`."""
    mfa: str
    """`ON` or `OPTIONAL`."""
    access_token_minutes: int
    refresh_token_days: int
    deletion_protection: bool


class Identity(pulumi.ComponentResource):
    """A pool of users, a resource server for the scopes and a public client with PKCE."""

    user_pool_id: pulumi.Output[str]
    user_pool_arn: pulumi.Output[str]
    client_id: pulumi.Output[str]
    issuer: pulumi.Output[str]
    jwks_url: pulumi.Output[str]

    def __init__(self, name: str, args: IdentityArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:identity:Identity", name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        pool = self._pool(args)
        for precedence, (role, description) in enumerate(_ROLES.items()):
            aws.cognito.UserGroup(
                f"{name}-{role}",
                name=role,
                description=description,
                precedence=precedence,
                user_pool_id=pool.id,
                opts=self._child,
            )
        aws.cognito.UserPoolDomain(name, domain=args.domain_prefix, user_pool_id=pool.id, opts=self._child)
        client = self._client(args, pool)
        self.user_pool_id = pool.id
        self.user_pool_arn = pool.arn
        self.client_id = client.id
        self.issuer = pool.id.apply(lambda pool_id: f"https://cognito-idp.{args.region}.amazonaws.com/{pool_id}")
        self.jwks_url = pool.endpoint.apply(lambda endpoint: f"{service_url(endpoint)}/.well-known/jwks.json")
        self.register_outputs(
            {
                "user_pool_id": self.user_pool_id,
                "user_pool_arn": self.user_pool_arn,
                "client_id": self.client_id,
                "issuer": self.issuer,
                "jwks_url": self.jwks_url,
            }
        )

    def _pool(self, args: IdentityArgs) -> aws.cognito.UserPool:
        return aws.cognito.UserPool(
            self._name,
            username_configuration={"case_sensitive": False},
            auto_verified_attributes=["email"],
            mfa_configuration=args.mfa,
            software_token_mfa_configuration={"enabled": True},
            password_policy={
                "minimum_length": _SHORTEST_PASSWORD,
                "require_lowercase": True,
                "require_numbers": True,
                "require_symbols": True,
                "require_uppercase": True,
                "temporary_password_validity_days": 1,
            },
            admin_create_user_config={"allow_admin_create_user_only": False},
            account_recovery_setting={"recovery_mechanisms": [{"name": "verified_email", "priority": 1}]},
            user_pool_tier="ESSENTIALS",
            deletion_protection="ACTIVE" if args.deletion_protection else "INACTIVE",
            opts=pulumi.ResourceOptions(parent=self, protect=args.deletion_protection),
        )

    def _client(self, args: IdentityArgs, pool: aws.cognito.UserPool) -> aws.cognito.UserPoolClient:
        server = aws.cognito.ResourceServer(
            self._name,
            identifier=RESOURCE_SERVER,
            name="Orders API",
            scopes=[{"scope_name": scope, "scope_description": text} for scope, text in _SCOPES.items()],
            user_pool_id=pool.id,
            opts=self._child,
        )
        scopes = ["openid", "email", *(f"{RESOURCE_SERVER}/{scope}" for scope in _SCOPES)]
        return aws.cognito.UserPoolClient(
            self._name,
            user_pool_id=pool.id,
            generate_secret=False,
            allowed_oauth_flows_user_pool_client=True,
            allowed_oauth_flows=["code"],
            allowed_oauth_scopes=scopes,
            supported_identity_providers=["COGNITO"],
            callback_urls=list(args.callback_urls),
            logout_urls=list(args.logout_urls),
            explicit_auth_flows=list(args.sign_in_flows),
            prevent_user_existence_errors="ENABLED",
            enable_token_revocation=True,
            access_token_validity=args.access_token_minutes,
            id_token_validity=args.access_token_minutes,
            refresh_token_validity=args.refresh_token_days,
            token_validity_units={"access_token": "minutes", "id_token": "minutes", "refresh_token": "days"},
            refresh_token_rotation={"feature": "ENABLED", "retry_grace_period_seconds": 10},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[server]),
        )
