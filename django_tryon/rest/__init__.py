"""The REST API: what a storefront of any kind needs. It stands on no setting of the host's."""
