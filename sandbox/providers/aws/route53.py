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
}
