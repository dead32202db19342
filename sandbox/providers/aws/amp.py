"""Managed Prometheus: the workspace, what reads metrics into it, and what it tells of them."""

from sandbox.providers.aws.expression import arn
from sandbox.providers.aws.row import Call, Row

_LOG = "loggingConfiguration"

SERVICE = "amp"
HANDLERS = {
    "aws:amp/workspace:Workspace": Row(
        create="create_workspace",
        keys={"workspaceId": "id"},
        settings=(
            Call(
                operation="create_logging_configuration",
                members={"logGroupArn": f"{_LOG}.logGroupArn"},
                when=_LOG,
                by_name=False,
            ),
        ),
        update=("update_workspace_alias",),
    ),
    "aws:amp/alertManagerDefinition:AlertManagerDefinition": Row(
        create=Call(operation="create_alert_manager_definition", members={"data": "definition"}),
        keys={"workspaceId": "workspaceId"},
        update=(Call(operation="put_alert_manager_definition", members={"data": "definition"}),),
    ),
    "aws:amp/ruleGroupNamespace:RuleGroupNamespace": Row(
        create="create_rule_groups_namespace",
        keys={"name": "name", "workspaceId": "workspaceId"},
        id="created.arn",
        describe=Call(operation="describe_rule_groups_namespace", found="ruleGroupsNamespace"),
        update=("put_rule_groups_namespace",),
        delete=("delete_rule_groups_namespace",),
        outputs={"arn": "created.arn || described.arn || arn"},
    ),
    "aws:amp/scraper:Scraper": Row(
        create=Call(
            operation="create_scraper",
            members={
                "scrapeConfiguration.configurationBlob": "scrapeConfiguration",
                "source.eksConfiguration": "source.eks",
                "destination.ampConfiguration": "destination.amp",
            },
            record={"scraperId": "join('-', ['s', uuid])", "arn": arn("aps", "scraper/s-{uuid}")},
            by_name=False,
        ),
        keys={"scraperId": "id"},
        update=(
            Call(
                operation="update_scraper",
                members={
                    "alias": "alias",
                    "scrapeConfiguration.configurationBlob": "scrapeConfiguration",
                    "destination.ampConfiguration": "destination.amp",
                },
                by_name=False,
            ),
        ),
        outputs={"arn": "created.arn || arn"},
    ),
}
