"""GuardDuty: what looks like an attack."""

from sandbox.providers.aws.expression import arn
from sandbox.providers.aws.row import Call, Row

SERVICE = "guardduty"
HANDLERS = {
    "aws:guardduty/detector:Detector": Row(
        create="create_detector",
        keys={"DetectorId": "id"},
        describe=Call(operation="list_detectors", found="contains(DetectorIds, id) && {DetectorId: id}"),
        update=("update_detector",),
        outputs={"arn": arn("guardduty", "detector/{id}")},
        defaults={"enable": True},
    ),
    "aws:guardduty/detectorFeature:DetectorFeature": Row(
        create=(
            _set := Call(
                operation="update_detector",
                members={"DetectorId": "detectorId", "Features": "[{Name: name, Status: status}]"},
                by_name=False,
            )
        ),
        keys={"DetectorId": "detectorId"},
        id="join('/', [detectorId, name])",
        describe=Call(
            operation="get_detector",
            members={"DetectorId": "detectorId"},
            found="having(Features, {Name: name, Status: 'ENABLED'})",
        ),
        update=(_set,),
        delete=(
            Call(
                operation="update_detector",
                members={"DetectorId": "detectorId", "Features": "[{Name: name, Status: 'DISABLED'}]"},
                by_name=False,
            ),
        ),
        force_new="name detectorId",
    ),
}
