"""The port of each protocol of the platform, once."""

from enum import IntEnum


class Port(IntEnum):
    """TCP ports, as the services behind them name them."""

    HTTP = 80
    HTTPS = 443
    POSTGRESQL = 5432
    VALKEY = 6379
    KAFKA_SASL_IAM = 9098
    ISTIO_CONTROL = 15012
    ISTIO_WEBHOOK = 15017
    GATEWAY = 8080
    GATEWAY_STATUS = 15021
    GATEWAY_METRICS = 15090
    ORDER_SERVICE = 8080
    KEDA_METRICS = 6443
    KEDA_WEBHOOK = 9443
    KEDA_OPERATOR = 9666
    TARGET_BINDING_WEBHOOK = 9443
    OTLP_GRPC = 4317
    OTLP_HTTP = 4318
    COLLECTOR_HEALTH = 13133
    POD_IDENTITY_AGENT = 80
    DNS = 53
