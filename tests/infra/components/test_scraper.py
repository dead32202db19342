from infra.components.scraper import Scraper, ScraperArgs
from tests.infra.recorder import record_component

ARGS = ScraperArgs(
    cluster_arn="arn:cluster",
    cluster_security_group_id="sg-cluster",
    vpc_id="vpc-1",
    subnet_ids=["subnet-a", "subnet-b"],
    workspace_arn="arn:workspace",
    interval_seconds=30,
    service_namespace="orders",
    gateway_namespace="istio-ingress",
)
GRAPH = record_component(lambda opts: Scraper("scraper", ARGS, opts))
SCRAPER = GRAPH.one("aws:amp/scraper:Scraper")


def test_it_reads_one_cluster_into_one_workspace() -> None:
    assert SCRAPER.inputs["source"] == {
        "eks": {
            "clusterArn": "arn:cluster",
            "subnetIds": ["subnet-a", "subnet-b"],
            "securityGroupIds": ["scraper-id"],
        }
    }
    assert SCRAPER.inputs["destination"] == {"amp": {"workspaceArn": "arn:workspace"}}
    assert SCRAPER.json("scrapeConfiguration")["global"]["scrape_interval"] == "30s"


def test_it_gets_to_the_api_server_the_service_and_the_gateway_and_nowhere_else() -> None:
    out = GRAPH.of_type("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
    into = GRAPH.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert {(rule.inputs["fromPort"], rule.inputs["referencedSecurityGroupId"]) for rule in out} == {
        (port, "sg-cluster") for port in (443, 8080, 15090)
    }
    assert {
        (rule.inputs["fromPort"], rule.inputs["securityGroupId"], rule.inputs["referencedSecurityGroupId"])
        for rule in into
    } == {(port, "sg-cluster", "scraper-id") for port in (443, 8080, 15090)}
    assert all(GRAPH.stands_on(SCRAPER, rule) for rule in [*out, *into])
