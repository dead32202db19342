"""The load balancer: the only way in, owned by this program and not by a controller in the cluster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.alarms import Alarm, raise_alarms
from infra.shared.dashboard import Panel, Widget, lines
from infra.shared.ports import Port
from infra.shared.security_groups import Way, open_to_cluster

_ANYWHERE = "0.0.0.0/0"
_SSL_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
_ONE_YEAR_SECONDS = 31_536_000
_METRICS = "AWS/ApplicationELB"
_ALARMS = (
    Alarm(
        name="server-errors",
        description="The API answers with 5xx",
        namespace=_METRICS,
        metric_name="HTTPCode_Target_5XX_Count",
        statistic="Sum",
        threshold=10,
    ),
    Alarm(
        name="unanswered",
        description="The load balancer itself answers with 5xx: no healthy gateway behind it",
        namespace=_METRICS,
        metric_name="HTTPCode_ELB_5XX_Count",
        statistic="Sum",
        threshold=10,
    ),
)


@dataclass(frozen=True, kw_only=True)
class LoadBalancerArgs:
    """Where it stands, what it answers to, and what it forwards to."""

    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    """The public tier."""
    cluster_name: pulumi.Input[str]
    """EKS Auto Mode registers targets only in groups tagged with it."""
    cluster_security_group_id: pulumi.Input[str]
    """The group of the nodes that the gateway's pods run on."""
    certificate_arn: pulumi.Input[str] | None
    """None leaves out the HTTPS listener: there is a way in only with a certificate."""
    zone_id: pulumi.Input[str]
    api_name: str
    log_bucket_name: pulumi.Input[str]
    alarm_topic_arn: pulumi.Input[str]
    deletion_protection: bool
    idle_timeout_seconds: int
    deregistration_delay_seconds: int


class LoadBalancer(pulumi.ComponentResource):
    """An internet-facing application load balancer, TLS 1.3, that forwards to the gateway's pods by address."""

    dns_name: pulumi.Output[str]
    arn: pulumi.Output[str]
    target_group_arn: pulumi.Output[str]
    panel: Panel

    def __init__(self, name: str, args: LoadBalancerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:edge:LoadBalancer", name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        security_group = self._security_group(args)
        balancer = self._balancer(args, security_group)
        target_group = self._target_group(args)
        self._listen(args, balancer, target_group)
        aws.route53.Record(
            name,
            zone_id=args.zone_id,
            name=args.api_name,
            type="A",
            aliases=[{"name": balancer.dns_name, "zone_id": balancer.zone_id, "evaluate_target_health": True}],
            opts=self._child,
        )
        dimensions = {"LoadBalancer": balancer.arn_suffix}
        self.panel = Panel(
            widgets=_widgets(dimensions, target_group),
            alarm_arns=raise_alarms(
                _ALARMS, name, dimensions=dimensions, topic_arn=args.alarm_topic_arn, opts=self._child
            ),
        )
        self.dns_name = balancer.dns_name
        self.arn = balancer.arn
        self.target_group_arn = target_group.arn
        self.register_outputs({"dns_name": self.dns_name, "arn": self.arn, "target_group_arn": self.target_group_arn})

    def _security_group(self, args: LoadBalancerArgs) -> aws.ec2.SecurityGroup:
        group = aws.ec2.SecurityGroup(
            self._name,
            description="Load balancer",
            vpc_id=args.vpc_id,
            tags={"Name": self._name},
            opts=self._child,
        )
        for port in (Port.HTTP, Port.HTTPS):
            aws.vpc.SecurityGroupIngressRule(
                f"{self._name}-from-internet-{port}",
                security_group_id=group.id,
                description=f"Port {port} from the internet",
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                cidr_ipv4=_ANYWHERE,
                opts=self._child,
            )
        for label, port in (("gateway", Port.GATEWAY), ("gateway-status", Port.GATEWAY_STATUS)):
            way = Way(name=self._name, source="load balancer", target=label, port=port)
            open_to_cluster(way, group.id, args.cluster_security_group_id, self._child)
        return group

    def _balancer(self, args: LoadBalancerArgs, group: aws.ec2.SecurityGroup) -> aws.lb.LoadBalancer:
        return aws.lb.LoadBalancer(
            self._name,
            load_balancer_type="application",
            internal=False,
            subnets=list(args.subnet_ids),
            security_groups=[group.id],
            idle_timeout=args.idle_timeout_seconds,
            drop_invalid_header_fields=True,
            desync_mitigation_mode="strictest",
            xff_header_processing_mode="append",
            enable_zonal_shift=True,
            enable_deletion_protection=args.deletion_protection,
            access_logs=aws.lb.LoadBalancerAccessLogsArgs(bucket=args.log_bucket_name, prefix="access", enabled=True),
            connection_logs=aws.lb.LoadBalancerConnectionLogsArgs(
                bucket=args.log_bucket_name, prefix="connection", enabled=True
            ),
            health_check_logs=aws.lb.LoadBalancerHealthCheckLogsArgs(
                bucket=args.log_bucket_name, prefix="health-check", enabled=True
            ),
            opts=self._child,
        )

    def _target_group(self, args: LoadBalancerArgs) -> aws.lb.TargetGroup:
        return aws.lb.TargetGroup(
            self._name,
            vpc_id=args.vpc_id,
            target_type="ip",
            protocol="HTTP",
            protocol_version="HTTP1",
            port=Port.GATEWAY,
            deregistration_delay=args.deregistration_delay_seconds,
            load_balancing_algorithm_type="least_outstanding_requests",
            health_check={
                "protocol": "HTTP",
                "port": str(int(Port.GATEWAY_STATUS)),
                "path": "/healthz/ready",
                "matcher": "200",
                "interval": 5,
                "timeout": 2,
                "healthy_threshold": 2,
                "unhealthy_threshold": 2,
            },
            tags={"eks:eks-cluster-name": args.cluster_name},
            opts=self._child,
        )

    def _listen(self, args: LoadBalancerArgs, balancer: aws.lb.LoadBalancer, target_group: aws.lb.TargetGroup) -> None:
        aws.lb.Listener(
            f"{self._name}-http",
            load_balancer_arn=balancer.arn,
            port=Port.HTTP,
            protocol="HTTP",
            default_actions=[
                {
                    "type": "redirect",
                    "redirect": {"protocol": "HTTPS", "port": str(int(Port.HTTPS)), "status_code": "HTTP_301"},
                }
            ],
            opts=self._child,
        )
        if args.certificate_arn is None:
            return
        aws.lb.Listener(
            f"{self._name}-https",
            load_balancer_arn=balancer.arn,
            port=Port.HTTPS,
            protocol="HTTPS",
            ssl_policy=_SSL_POLICY,
            certificate_arn=args.certificate_arn,
            default_actions=[{"type": "forward", "target_group_arn": target_group.arn}],
            routing_http_response_server_enabled=False,
            routing_http_response_strict_transport_security_header_value=(
                f"max-age={_ONE_YEAR_SECONDS}; includeSubDomains"
            ),
            routing_http_response_x_content_type_options_header_value="nosniff",
            routing_http_response_x_frame_options_header_value="DENY",
            routing_http_response_content_security_policy_header_value="default-src 'none'; frame-ancestors 'none'",
            opts=self._child,
        )


def _widgets(balancer: Mapping[str, pulumi.Input[str]], target_group: aws.lb.TargetGroup) -> list[Widget]:
    targets = {**balancer, "TargetGroup": target_group.arn_suffix}
    answers = {f"HTTPCode_{who}_Count": "Sum" for who in ("Target_4XX", "Target_5XX", "ELB_5XX")}
    health = {"HealthyHostCount": "Minimum", "UnHealthyHostCount": "Maximum"}
    return [
        Widget(title="Requests", lines=lines(_METRICS, balancer, {"RequestCount": "Sum"})),
        Widget(title="Refused and failed", lines=lines(_METRICS, balancer, answers)),
        Widget(title="Slowest of a hundred, seconds", lines=lines(_METRICS, balancer, {"TargetResponseTime": "p99"})),
        Widget(title="Gateway pods", lines=lines(_METRICS, targets, health)),
    ]
