"""Certificates."""

from sandbox.providers.aws.row import Call, Row

SERVICE = "acm"
HANDLERS = {
    "aws:acm/certificate:Certificate": Row(
        create=Call(operation="request_certificate", members={"DomainValidationOptions": "validationOptions"}),
        keys={"CertificateArn": "id"},
        describe="describe_certificate",
        delete=("delete_certificate",),
        outputs={
            "domainValidationOptions": """described.DomainValidationOptions[].{domainName: DomainName,
                resourceRecordName: ResourceRecord.Name, resourceRecordType: ResourceRecord.Type,
                resourceRecordValue: ResourceRecord.Value}"""
        },
    ),
    "aws:acm/certificateValidation:CertificateValidation": Row(
        create="describe_certificate",
        keys={"CertificateArn": "certificateArn"},
        describe="describe_certificate",
        delete=(),
        force_new="validationRecordFqdns",
        local="validationRecordFqdns",
    ),
}
