from infra.components.load_balancer import LoadBalancer, LoadBalancerArgs
from tests.infra.recorder import Graph, Registered, record_component


def load_balancer(certificate_arn: str | None = "arn:certificate") -> Graph:
    args = LoadBalancerArgs(
        vpc_id="vpc-1",
        subnet_ids=["subnet-a", "subnet-b"],
        cluster_name="fortress-dev",
        cluster_security_group_id="sg-cluster",
        certificate_arn=certificate_arn,
        zone_id="Z1",
        api_name="api.example.com",
        log_bucket_name="logs",
        alarm_topic_arn="arn:topic",
        deletion_protection=True,
        idle_timeout_seconds=60,
        deregistration_delay_seconds=20,
    )
    return record_component(lambda opts: LoadBalancer("load-balancer", args, opts))


GRAPH = load_balancer()
LISTENER = "aws:lb/listener:Listener"
RULES = (
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
)


def https() -> Registered:
    return GRAPH.one(LISTENER, "load-balancer-https")


def test_it_refuses_what_no_honest_client_sends_and_logs_everything() -> None:
    balancer = GRAPH.one("aws:lb/loadBalancer:LoadBalancer").inputs
    assert balancer["dropInvalidHeaderFields"] is True
    assert balancer["desyncMitigationMode"] == "strictest"
    assert balancer["enableDeletionProtection"] is True
    for kind, prefix in (
        ("accessLogs", "access"),
        ("connectionLogs", "connection"),
        ("healthCheckLogs", "health-check"),
    ):
        assert balancer[kind] == {"bucket": "logs", "prefix": prefix, "enabled": True}


def test_http_is_only_a_way_to_https() -> None:
    (action,) = GRAPH.one(LISTENER, "load-balancer-http").inputs["defaultActions"]
    assert action == {"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}


def test_https_speaks_tls_1_3_and_forwards_to_the_target_group() -> None:
    assert https().inputs["sslPolicy"].startswith("ELBSecurityPolicy-TLS13-")
    assert https().inputs["certificateArn"] == "arn:certificate"
    (action,) = https().inputs["defaultActions"]
    assert action["type"] == "forward"
    assert GRAPH.stands_on(https(), GRAPH.one("aws:lb/targetGroup:TargetGroup"))


def test_security_headers_are_on_every_answer() -> None:
    headers = {key: value for key, value in https().inputs.items() if key.startswith("routingHttpResponse")}
    assert headers == {
        "routingHttpResponseServerEnabled": False,
        "routingHttpResponseStrictTransportSecurityHeaderValue": "max-age=31536000; includeSubDomains",
        "routingHttpResponseXContentTypeOptionsHeaderValue": "nosniff",
        "routingHttpResponseXFrameOptionsHeaderValue": "DENY",
        "routingHttpResponseContentSecurityPolicyHeaderValue": "default-src 'none'; frame-ancestors 'none'",
    }


def test_without_a_certificate_there_is_no_way_in() -> None:
    assert [listener.name for listener in load_balancer(None).of_type(LISTENER)] == ["load-balancer-http"]


def test_the_target_group_takes_pods_of_one_cluster_that_the_gateway_calls_ready() -> None:
    group = GRAPH.one("aws:lb/targetGroup:TargetGroup").inputs
    assert (group["targetType"], group["port"], group["deregistrationDelay"]) == ("ip", 8080, 20)
    assert group["tags"] == {"eks:eks-cluster-name": "fortress-dev"}
    assert (group["healthCheck"]["port"], group["healthCheck"]["path"]) == ("15021", "/healthz/ready")


def test_the_world_reaches_two_ports_and_the_cluster_two_others_by_reference() -> None:
    ingress, egress = (GRAPH.of_type(kind) for kind in RULES)
    from_world = {rule.inputs["fromPort"] for rule in ingress if rule.inputs.get("cidrIpv4") == "0.0.0.0/0"}
    into_cluster = {rule.inputs["fromPort"] for rule in ingress if rule.inputs["securityGroupId"] == "sg-cluster"}
    assert from_world == {80, 443}
    assert into_cluster == {rule.inputs["fromPort"] for rule in egress} == {8080, 15021}
    assert {rule.inputs["referencedSecurityGroupId"] for rule in egress} == {"sg-cluster"}


def test_the_api_has_its_name() -> None:
    record = GRAPH.one("aws:route53/record:Record").inputs
    assert (record["name"], record["type"]) == ("api.example.com", "A")
    assert record["aliases"] == [
        {"name": "load-balancer.elb.amazonaws.com", "zoneId": "Z-ELB", "evaluateTargetHealth": True}
    ]
