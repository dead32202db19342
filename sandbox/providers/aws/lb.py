"""Load balancers: an Envoy on loopback serves what an HTTPS listener would."""

from sandbox.providers.aws.backing import PartBacking, part_errors
from sandbox.providers.aws.expression import Text, evaluate
from sandbox.providers.aws.row import Autoname, Call, Row
from sandbox.providers.aws.session import Aws
from sandbox.providers.properties import Properties


def _logs(attribute: str, property: str) -> dict[str, str]:  # noqa: A002
    return {f"{attribute}.s3.{name}": f"{property}.{name}" for name in ("enabled", "bucket", "prefix")}


_LOAD_BALANCER_ATTRIBUTES = {
    **_logs("access_logs", "accessLogs"),
    **_logs("connection_logs", "connectionLogs"),
    **_logs("health_check_logs", "healthCheckLogs"),
    "client_keep_alive.seconds": "clientKeepAlive",
    "deletion_protection.enabled": "enableDeletionProtection",
    "idle_timeout.timeout_seconds": "idleTimeout",
    "load_balancing.cross_zone.enabled": "enableCrossZoneLoadBalancing",
    "routing.http.desync_mitigation_mode": "desyncMitigationMode",
    "routing.http.drop_invalid_header_fields.enabled": "dropInvalidHeaderFields",
    "routing.http.preserve_host_header.enabled": "preserveHostHeader",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "enableTlsVersionAndCipherSuiteHeaders",
    "routing.http.xff_client_port.enabled": "enableXffClientPort",
    "routing.http.xff_header_processing.mode": "xffHeaderProcessingMode",
    "routing.http2.enabled": "enableHttp2",
    "waf.fail_open.enabled": "enableWafFailOpen",
    "zonal_shift.config.enabled": "enableZonalShift",
}
_TARGET_GROUP_ATTRIBUTES = {
    "deregistration_delay.timeout_seconds": "deregistrationDelay",
    "load_balancing.algorithm.type": "loadBalancingAlgorithmType",
    "load_balancing.algorithm.anomaly_mitigation": "loadBalancingAnomalyMitigation",
    "load_balancing.cross_zone.enabled": "loadBalancingCrossZoneEnabled",
    "slow_start.duration_seconds": "slowStart",
    "stickiness.enabled": "stickiness.enabled",
    "stickiness.type": "stickiness.type",
    "stickiness.lb_cookie.duration_seconds": "stickiness.cookieDuration",
}
_RESPONSE_HEADERS = {
    f"routing.http.response.{header}.header_value": f"routingHttpResponse{property}HeaderValue"
    for header, property in {  # noqa: A001
        "access_control_allow_credentials": "AccessControlAllowCredentials",
        "access_control_allow_headers": "AccessControlAllowHeaders",
        "access_control_allow_methods": "AccessControlAllowMethods",
        "access_control_allow_origin": "AccessControlAllowOrigin",
        "access_control_expose_headers": "AccessControlExposeHeaders",
        "access_control_max_age": "AccessControlMaxAge",
        "content_security_policy": "ContentSecurityPolicy",
        "strict_transport_security": "StrictTransportSecurity",
        "x_content_type_options": "XContentTypeOptions",
        "x_frame_options": "XFrameOptions",
    }.items()
}
_LISTENER_ATTRIBUTES = {
    "routing.http.response.server.enabled": "routingHttpResponseServerEnabled",
    "tcp.idle_timeout.seconds": "tcpIdleTimeoutSeconds",
    **_RESPONSE_HEADERS,
}
_HEALTH_CHECK = {
    "HealthCheckEnabled": "healthCheck.enabled",
    "HealthCheckProtocol": "healthCheck.protocol",
    "HealthCheckPort": "healthCheck.port",
    "HealthCheckPath": "healthCheck.path",
    "HealthCheckIntervalSeconds": "healthCheck.interval",
    "HealthCheckTimeoutSeconds": "healthCheck.timeout",
    "HealthyThresholdCount": "healthCheck.healthyThreshold",
    "UnhealthyThresholdCount": "healthCheck.unhealthyThreshold",
    "Matcher.HttpCode": "healthCheck.matcher",
}
_LISTENER = {
    "Certificates": "certificateArn && [{CertificateArn: certificateArn}]",
    "AlpnPolicy": "alpnPolicy && [alpnPolicy]",
    "DefaultActions": """defaultActions[].{Type: type, Order: order, TargetGroupArn: targetGroupArn,
        RedirectConfig: redirect, FixedResponseConfig: fixedResponse,
        ForwardConfig: forward.{TargetGroups: targetGroups[].{TargetGroupArn: arn, Weight: weight},
            TargetGroupStickinessConfig: stickiness.{Enabled: enabled, DurationSeconds: duration}}}""",
}


_TARGET_GROUPS = "join(',', defaultActions[].[targetGroupArn, forward.targetGroups[].arn][][])"


def _attributes(kind: str, attributes: dict[str, str]) -> tuple[Call, ...]:
    return (Call(operation=f"modify_{kind}_attributes", attributes=attributes, by_name=False),)


def _spans(aws: Aws, _: Properties) -> dict[str, str]:
    collectors = [part.record for part in aws.parts.all() if part.record.kind == "collector"]
    return {"otlp_http_port": str(collectors[0].port)} if collectors else {}


_ENVOY = PartBacking(
    kind="envoy",
    name=Text("lb-{name}"),
    preferred_port=8080,
    shown={"dnsName": Text("{partHost}:{partPort}")},
    settings=_spans,
)


class _Forwarding:
    """What a listener forwards to, in the Envoy of its load balancer; a listener that redirects is only a record."""

    kind = "envoy route"

    def start(self, aws: Aws, document: Properties) -> Properties:
        """Gives the Envoy its target groups."""
        self._forward(aws, document, evaluate(_TARGET_GROUPS, document))
        return {}

    def outputs(self, aws: Aws, document: Properties) -> Properties:  # noqa: ARG002
        """A listener has no address of its own."""
        return {}

    def stop(self, aws: Aws, document: Properties) -> None:
        """Leaves the Envoy without target groups."""
        self._forward(aws, document, "")

    def _forward(self, aws: Aws, document: Properties, target_groups: str) -> None:
        name = f"lb-{document['loadBalancerArn'].split('/')[-2]}"
        if evaluate(_TARGET_GROUPS, document) and name in {part.record.name for part in aws.parts.all()}:
            with part_errors():
                settings = {"target_groups": target_groups}
                aws.parts.create(_ENVOY.kind, name, preferred_port=_ENVOY.preferred_port, settings=settings)


SERVICE = "elbv2"
HANDLERS = {
    "aws:lb/loadBalancer:LoadBalancer": Row(
        create=Call(
            operation="create_load_balancer",
            members={"Scheme": "internal && 'internal' || 'internet-facing'", "Type": "loadBalancerType"},
        ),
        keys={"LoadBalancerArn": "id"},
        settings=_attributes("load_balancer", _LOAD_BALANCER_ATTRIBUTES),
        update=("set_security_groups", "set_subnets", "set_ip_address_type"),
        outputs={"arnSuffix": "last(id, 'loadbalancer/')", "zoneId": "described.CanonicalHostedZoneId"},
        backing=_ENVOY,
        defaults={"loadBalancerType": "application", "internal": False, "ipAddressType": "ipv4"},
        autoname=Autoname(max_length=32),
    ),
    "aws:lb/targetGroup:TargetGroup": Row(
        create="create_target_group",
        keys={"TargetGroupArn": "id"},
        members=_HEALTH_CHECK,
        settings=_attributes("target_group", _TARGET_GROUP_ATTRIBUTES),
        update=("modify_target_group",),
        outputs={"arnSuffix": "join('', ['targetgroup/', last(id, 'targetgroup/')])"},
        defaults={"targetType": "instance"},
        autoname=Autoname(max_length=32),
    ),
    "aws:lb/listener:Listener": Row(
        create="create_listener",
        keys={"ListenerArn": "id"},
        members=_LISTENER,
        settings=_attributes("listener", _LISTENER_ATTRIBUTES),
        update=("modify_listener",),
        backing=_Forwarding(),
    ),
}
