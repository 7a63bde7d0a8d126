"""The parts of the tunnels' page: rows as data, how a row is painted, and the detail."""
