"""DNS zones and records."""

from sandbox.providers.aws.expression import Text
from sandbox.providers.aws.row import Call, Row


def _change(action: str) -> Call:
    change = f"""[{{Action: {action}, ResourceRecordSet: {{Name: name, Type: type, TTL: ttl,
        ResourceRecords: records[].{{Value: @}}, HealthCheckId: healthCheckId, SetIdentifier: setIdentifier,
        Weight: weightedRoutingPolicies[0].weight, Region: latencyRoutingPolicies[0].region, AliasTarget:
        aliases[0].{{DNSName: name, HostedZoneId: zoneId, EvaluateTargetHealth: evaluateTargetHealth}}}}}}]"""
    return Call(operation="change_resource_record_sets", members={"ChangeBatch.Changes": change}, by_name=False)


SERVICE = "route53"
HANDLERS = {
    "aws:route53/zone:Zone": Row(
        create=Call(
            operation="create_hosted_zone",
            members={
                "CallerReference": "uuid",
                "HostedZoneConfig.Comment": "comment",
                "HostedZoneConfig.PrivateZone": "vpcs && `true`",
                "VPC": "vpcs[0].{VPCId: vpcId, VPCRegion: vpcRegion || region}",
            },
        ),
        keys={"Id": "id"},
        id="last(created.HostedZone.Id, '/')",
        describe=Call(operation="get_hosted_zone", found="merge(HostedZone, {NameServers: DelegationSet.NameServers})"),
        update=("update_hosted_zone_comment",),
        outputs={
            "arn": Text("arn:{partition}:route53:::hostedzone/{id}"),
            "zoneId": "id",
            "primaryNameServer": "described.NameServers[0]",
        },
        defaults={"comment": "Managed by Pulumi"},
        local="forceDestroy",
    ),
    "aws:route53/record:Record": Row(
        create=_change("allowOverwrite && 'UPSERT' || 'CREATE'"),
        keys={"HostedZoneId": "zoneId"},
        id="join('_', [zoneId, name, type])",
        describe=Call(
            operation="list_resource_record_sets",
            members={"StartRecordName": "name", "StartRecordType": "type"},
            found="having(ResourceRecordSets, {Name: ended(name, '.'), Type: type})",
        ),
        update=(_change("'UPSERT'"),),
        delete=(_change("'DELETE'"),),
        outputs={"fqdn": "without(name, '.')"},
        force_new="name type",
        local="allowOverwrite",
    ),
    "aws:route53/queryLog:QueryLog": Row(
        create=Call(
            operation="create_query_logging_config",
            members={"CloudWatchLogsLogGroupArn": "join('', [cloudwatchLogGroupArn, ':*'])"},
        ),
        keys={"Id": "id", "HostedZoneId": "zoneId"},
        outputs={"arn": Text("arn:{partition}:route53:::queryloggingconfig/{id}")},
    ),
    "aws:route53/keySigningKey:KeySigningKey": Row(
        create=Call(operation="create_key_signing_key", members={"CallerReference": "uuid"}),
        keys={"HostedZoneId": "hostedZoneId", "Name": "name"},
        id="join(',', [hostedZoneId, name])",
        describe=Call(operation="get_dnssec", found="having(KeySigningKeys, {Name: name})"),
        update=(
            Call(operation="activate_key_signing_key", when="status == 'ACTIVE'"),
            Call(operation="deactivate_key_signing_key", when="status == 'INACTIVE'"),
        ),
        delete=("deactivate_key_signing_key", "delete_key_signing_key"),
        defaults={"status": "ACTIVE"},
    ),
    "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec": Row(
        create="enable_hosted_zone_dnssec",
        keys={"HostedZoneId": "hostedZoneId"},
        describe=Call(operation="get_dnssec", found="Status"),
        update=(
            Call(operation="enable_hosted_zone_dnssec", when="signingStatus == 'SIGNING'"),
            Call(operation="disable_hosted_zone_dnssec", when="signingStatus == 'NOT_SIGNING'"),
        ),
        delete=("disable_hosted_zone_dnssec",),
        defaults={"signingStatus": "SIGNING"},
    ),
}
