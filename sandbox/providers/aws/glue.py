"""The catalogue: databases and tables of what lies in buckets."""

from sandbox.providers.aws.expression import arn
from sandbox.providers.aws.row import Call, Row

_TABLE = {
    "TableInput": (
        "{Name: name, Description: description, TableType: tableType, Parameters: parameters,"
        " PartitionKeys: partitionKeys, StorageDescriptor: storageDescriptor}"
    )
}

SERVICE = "glue"
HANDLERS = {
    "aws:glue/catalogDatabase:CatalogDatabase": Row(
        create=Call(operation="create_database", members={"DatabaseInput": "{Name: name, Description: description}"}),
        keys={"Name": "name"},
        outputs={"arn": arn("glue", "database/{name}"), "catalogId": "account"},
    ),
    "aws:glue/catalogTable:CatalogTable": Row(
        create=Call(operation="create_table", members=_TABLE),
        keys={"DatabaseName": "databaseName", "Name": "name"},
        update=(Call(operation="update_table", members=_TABLE),),
        outputs={"arn": arn("glue", "table/{databaseName}/{name}"), "catalogId": "account"},
    ),
}
