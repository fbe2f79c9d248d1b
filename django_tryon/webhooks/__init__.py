"""The wire to the shop's endpoints: how a message is signed, and how it is posted."""
