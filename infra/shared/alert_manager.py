"""Managed Prometheus' alert manager: which alerts are told together, how often, and to which topic."""

import json

_RECEIVER = "topic"
PAGE, TICKET = "page", "ticket"
"""What an alert's `severity` may be: somebody gets up now, or looks at it this week."""


def alert_manager_definition(*, topic_arn: str, region: str) -> str:
    """The definition as JSON, which is YAML too; the configuration within is a text of its own.

    Of one objective a page silences the ticket. SNS is what Managed Prometheus sends to:
    https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-alertmanager-receiver.html
    """
    configuration = {
        "route": {
            "receiver": _RECEIVER,
            "group_by": ["alertname", "objective"],
            "group_wait": "30s",
            "group_interval": "5m",
            "repeat_interval": "24h",
            "routes": [{"receiver": _RECEIVER, "matchers": [f'severity="{PAGE}"'], "repeat_interval": "1h"}],
        },
        "inhibit_rules": [
            {
                "source_matchers": [f'severity="{PAGE}"'],
                "target_matchers": [f'severity="{TICKET}"'],
                "equal": ["objective"],
            }
        ],
        "receivers": [
            {
                "name": _RECEIVER,
                "sns_configs": [
                    {
                        "topic_arn": topic_arn,
                        "sigv4": {"region": region},
                        "send_resolved": True,
                        "attributes": {"severity": "{{ .CommonLabels.severity }}"},
                    }
                ],
            }
        ],
    }
    return json.dumps({"alertmanager_config": json.dumps(configuration, indent=2)}, indent=2)
