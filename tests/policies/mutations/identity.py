"""What goes wrong with identities, keys and records of the program's own stack, a violation for each rule."""

from tests.policies.case import REMOVED
from tests.policies.mutation import Mutation, added, done

MUTATIONS = {
    "BUD-01": added("nobody hears"),
    "BUD-02": Mutation(change={"Budget::spending": REMOVED}),
    "COG-01": done("identity", "short passwords"),
    "COG-02": done("identity", "off"),
    "COG-03": done("identity", "implicit"),
    "IAM-01": added("everything"),
    "IAM-02": added("a service"),
    "IAM-03": added("any role"),
    "IAM-04": added("any key"),
    "IAM-05": added("everybody"),
    "IAM-06": done("database-monitoring", "administration", type_="aws:iam/rolePolicyAttachment:RolePolicyAttachment"),
    "IAM-07": added("another"),
    "IAM-08": done("flow-logs", "half a day"),
    "IAM-09": added("short"),
    "KMS-01": done("keys-database", "late"),
    "KMS-02": done("keys-database", "none"),
    "KMS-03": done("keys-database", "a week"),
    "LOG-01": done("telemetry", "a month"),
    "LOG-02": done("telemetry", "AWS's key"),
    "MON-01": done("database-cpu", "nobody"),
    "MON-02": done("alerts", "plain"),
    "MON-03": done("telemetry", "AWS's key"),
    "MON-04": added("anybody"),
    "TRL-01": added("one region"),
    "TRL-02": added("unsigned"),
    "TRL-03": added("none"),
}
