"""What costs what, and what says that it has no price."""

from pathlib import Path

import pytest

from sandbox.review.cost import budget, declared, estimate
from sandbox.review.graph import Graph, Node
from sandbox.review.published import data

PROVIDER = "urn:provider"
DATABASE = "aws:rds/instance:Instance"


def _cost(type_: str, region: str = "us-east-1", **inputs: object):
    provider = Node(urn=PROVIDER, type="pulumi:providers:aws", name="aws", custom=True, inputs={"region": region})
    node = Node(urn="urn:a", type=type_, name="a", custom=True, inputs=inputs, provider=PROVIDER)
    return estimate(Graph(nodes={PROVIDER: provider, "urn:a": node})).lines.get("urn:a")


def test_a_standby_is_paid_for_like_the_database_itself():
    alone = _cost(DATABASE, instanceClass="db.t4g.medium", allocatedStorage=100)
    twice = _cost(DATABASE, instanceClass="db.t4g.medium", allocatedStorage=100, multiAz=True)
    assert alone is not None
    assert alone.usd == pytest.approx(730 * 0.065 + 100 * 0.115, abs=0.01)
    assert twice is not None
    assert twice.usd == pytest.approx(2 * (alone.usd or 0), abs=0.01)


def test_speed_that_is_asked_of_storage_is_paid_for_beyond_what_the_size_gives():
    size = {"instanceClass": "db.t4g.large", "allocatedStorage": 400}
    given, fast = _cost(DATABASE, **size), _cost(DATABASE, **size, iops=14_000, storageThroughput=600)
    assert given is not None
    assert fast is not None
    assert fast.usd == pytest.approx((given.usd or 0) + 2000 * 0.02 + 100 * 0.08, abs=0.01)


def test_each_region_has_its_own_price():
    lines = [_cost("aws:ec2/natGateway:NatGateway", region) for region in data("prices")["regions"]]
    assert [line.usd for line in lines if line] == [37.35, 43.16]


UNKNOWN_SIZE = {"instanceClass": "db.t4g.micro", "allocatedStorage": {}}


@pytest.mark.parametrize(
    ("type_", "region", "inputs", "said"),
    [
        (DATABASE, "us-east-1", {"instanceClass": "db.x9.huge", "allocatedStorage": 1}, "no price for db.x9.huge"),
        (DATABASE, "mars-1", {"instanceClass": "db.t4g.micro"}, "no price for region mars-1"),
        (DATABASE, "us-east-1", UNKNOWN_SIZE, "its size is not known before it is made"),
        ("aws:unheard/of:Of", "us-east-1", {}, "no price in the table"),
    ],
)
def test_what_has_no_price_says_so(type_: str, region: str, inputs: dict, said: str):
    line = _cost(type_, region, **inputs)
    assert line is not None
    assert (line.usd, line.detail) == (None, said)


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        ("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", "minReplicas"),
        ("kubernetes:keda.sh/v1alpha1:ScaledObject", "minReplicaCount"),
    ],
)
def test_pods_pay_for_the_machines_they_ask_for(kind: str, least: str):
    asks = {"cpu": "500m", "memory": "4Gi"}
    spec = {"template": {"spec": {"containers": [{"resources": {"requests": asks}}]}}}
    workload = Node(urn="urn:w", type="kubernetes:apps/v1:Deployment", name="w", custom=True, inputs={"spec": spec})
    scaler = Node(urn="urn:s", type=kind, name="s", custom=True,
                  inputs={"spec": {least: 3}}, dependencies=("urn:w",))  # fmt: skip
    provider = Node(urn=PROVIDER, type="pulumi:providers:aws", name="aws", custom=True, inputs={"region": "us-east-1"})
    alone, scaled = (estimate(Graph(nodes={each.urn: each for each in nodes})).lines["urn:w"].usd
                     for nodes in ((provider, workload), (provider, workload, scaler)))  # fmt: skip
    assert alone == pytest.approx(730 * 0.0457, abs=0.01)
    assert scaled == pytest.approx(3 * 730 * 0.0457, abs=0.01)


def _group(capacity: str) -> Graph:
    """A node group with its template, and a pod that runs on it."""
    size = {"desiredSize": 3, "minSize": 2, "maxSize": 6}
    disk = {"deviceName": "/dev/xvda", "ebs": {"volumeSize": 50}}
    asks = {"resources": {"requests": {"cpu": "500m", "memory": "4Gi"}}}
    made = {
        PROVIDER: ("pulumi:providers:aws", {"region": "us-east-1"}, ()),
        "urn:t": ("aws:ec2/launchTemplate:LaunchTemplate", {"blockDeviceMappings": [disk]}, ()),
        "urn:g": (
            "aws:eks/nodeGroup:NodeGroup",
            {"capacityType": capacity, "instanceTypes": ["m7g.large", "m6g.large"], "scalingConfig": size},
            ("urn:t",),
        ),
        "urn:w": ("kubernetes:apps/v1:Deployment", {"spec": {"template": {"spec": {"containers": [asks]}}}}, ()),
    }
    return Graph(
        nodes={
            urn: Node(urn=urn, type=type_, name=urn, custom=True, inputs=inputs, dependencies=dependencies)
            for urn, (type_, inputs, dependencies) in made.items()
        }
    )


def test_nodes_of_ones_own_are_paid_for_with_their_volumes_and_pods_on_them_are_not():
    lines = estimate(_group("ON_DEMAND")).lines
    assert lines["urn:g"].usd == pytest.approx(3 * (730 * 0.0816 + 50 * 0.08), abs=0.01)
    assert set(lines) == {"urn:g"}


def test_spot_nodes_have_no_price():
    assert estimate(_group("SPOT")).lines["urn:g"].detail == "no price for Spot machines, which changes by the hour"


def _beside(type_: str, inputs: dict, *others: tuple[str, dict]):
    provider = Node(urn=PROVIDER, type="pulumi:providers:aws", name="aws", custom=True, inputs={"region": "us-east-1"})
    given = [(type_, inputs), *others]
    nodes = [
        Node(urn=f"urn:{number}", type=each, name=f"n{number}", custom=True, inputs=of, provider=PROVIDER)
        for number, (each, of) in enumerate(given)
    ]
    return estimate(Graph(nodes={node.urn: node for node in (provider, *nodes)})).lines["urn:0"]


PODS = {
    "spec": {"template": {"spec": {"containers": [{"resources": {"requests": {"cpu": "500m", "memory": "64Mi"}}}]}}}
}
CHART = "kubernetes:helm.sh/v3:Release"
SPOT = {"spec": {"template": {"spec": {"requirements": [{"key": "a", "values": ["spot", "on-demand"]}]}}}}


def test_an_agent_of_every_node_is_paid_for_on_each_of_the_assumed():
    line = _beside("kubernetes:apps/v1:DaemonSet", PODS)
    assert line.usd == pytest.approx(3 * 0.5 * 730 * 0.0457, abs=0.01)


def test_a_chart_is_paid_for_by_what_its_values_ask_for_and_how_often():
    asked = {"requests": {"cpu": "100m", "memory": "1Gi"}, "limits": {"memory": "1Gi"}}
    values = {"operator": {"replicaCount": 2}, "resources": {"operator": asked, "webhooks": asked}}
    line = _beside(CHART, {"values": values})
    assert line.usd == pytest.approx(2 * 0.5 * 730 * 0.0457, abs=0.01)


def test_a_chart_that_asks_for_nothing_has_no_line():
    line = _cost(CHART, values={"global": {"logAsJson": True}})
    assert line is None


def test_pods_on_spot_machines_pay_their_price():
    line = _beside("kubernetes:apps/v1:DaemonSet", PODS, ("kubernetes:karpenter.sh/v1:NodePool", SPOT))
    assert line.usd == pytest.approx(3 * 0.5 * 730 * 0.0222, abs=0.01)


def test_a_database_that_sleeps_pays_for_the_hours_it_is_awake_and_for_all_its_storage():
    target = "arn:aws:scheduler:::aws-sdk:rds:{}DBInstance"
    schedules = [
        ("aws:scheduler/schedule:Schedule", {"scheduleExpression": when, "target": {"arn": target.format(verb)}})
        for verb, when in (("stop", "cron(0 20 * * ? *)"), ("start", "cron(0 8 ? * MON-FRI *)"))
    ]
    size = {"instanceClass": "db.t4g.medium", "allocatedStorage": 100}
    line = _beside(DATABASE, size, *schedules)
    assert line.usd == pytest.approx(730 * 0.065 * 5 * 12 / 168 + 100 * 0.115, abs=0.01)
    assert _beside(DATABASE, size, schedules[0]).usd == pytest.approx(730 * 0.065 + 100 * 0.115, abs=0.01)


def test_what_is_free_has_no_line():
    assert _cost("aws:iam/role:Role") is None


def test_the_table_has_a_date_and_every_price_its_source_and_regions():
    tables = data("prices")
    assert tables["date"] >= "2026"
    for key, price in tables["prices"].items():
        assert price["source"].startswith("https://aws.amazon.com/"), key
        assert len(price["usd"]) == len(tables["regions"]), key


def test_a_stack_without_a_budget_has_none(tmp_path: Path):
    assert budget(tmp_path, "dev") is None
    (tmp_path / "sandbox/review/data").mkdir(parents=True)
    (tmp_path / "sandbox/review/data/budgets.json").write_text('{"dev": {"usd": 7}}')
    assert budget(tmp_path, "dev") == 7
    assert budget(tmp_path, "prod") is None


def test_the_programs_own_monthly_limit_is_its_budget():
    limits = {"a": ("900", "MONTHLY"), "b": ("700", "MONTHLY"), "c": ("10", "DAILY")}
    nodes = {
        name: Node(urn=name, type="aws:budgets/budget:Budget", name=name, custom=True,
                   inputs={"limitAmount": limit, "timeUnit": unit})
        for name, (limit, unit) in limits.items()
    }  # fmt: skip
    assert declared(Graph(nodes=nodes)) == 700
    assert declared(Graph()) is None
