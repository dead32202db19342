"""What an order is and when it may be placed; knows nothing of HTTP, SQL or Kafka."""
