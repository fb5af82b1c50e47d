"""One gate: everything that leaves the house is a row of `Outgoing` and leaves through `sending.send`."""
