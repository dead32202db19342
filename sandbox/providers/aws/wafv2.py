"""The web application firewall."""

from sandbox.providers.aws.row import Autoname, Call, Row

SERVICE = "wafv2"
HANDLERS = {
    "aws:wafv2/webAcl:WebAcl": Row(
        create="create_web_acl",
        keys={"Id": "id", "Name": "name", "Scope": "scope"},
        members={"LockToken": "described.LockToken"},
        describe=Call(operation="get_web_acl", found="merge(WebACL, {LockToken: LockToken})"),
        update=("update_web_acl",),
        delete=(Call(operation="delete_web_acl", members={"LockToken": "described.LockToken"}),),
        outputs={"arn": "described.ARN || created.Summary.ARN"},
        autoname=Autoname(max_length=128),
    ),
    "aws:wafv2/webAclAssociation:WebAclAssociation": Row(
        create="associate_web_acl",
        keys={"ResourceArn": "resourceArn"},
        id="join(',', [webAclArn, resourceArn])",
        describe="get_web_acl_for_resource",
        delete=("disassociate_web_acl",),
        delete_before_replace=True,
    ),
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": Row(
        create=(_put := Call(operation="put_logging_configuration", into="LoggingConfiguration")),
        keys={"ResourceArn": "resourceArn"},
        describe="get_logging_configuration",
        update=(_put,),
        delete=("delete_logging_configuration",),
    ),
}
