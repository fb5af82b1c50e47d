"""The offline kit: a plan on paper and on the phone, for when systems are down."""
