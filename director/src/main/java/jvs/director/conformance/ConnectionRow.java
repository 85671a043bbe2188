package jvs.director.conformance;

import java.util.ArrayList;
import java.util.List;
import jvs.director.conformance.Divergence.Difference;
import jvs.service.ConnectionEntry;

/**
 * A row of /proc/net/ip_vs_conn. Immutable.
 *
 * @param protocol as printed
 * @param client client's endpoint
 * @param virtual virtual endpoint
 * @param server real server's endpoint
 * @param state state's name
 * @param expires seconds left
 * @param engine persistence engine's name and data, or empty
 */
record ConnectionRow(
    String protocol,
    Endpoint client,
    Endpoint virtual,
    Endpoint server,
    String state,
    long expires,
    String engine) {
  /** Seconds by which two readings of a timer may differ. */
  static final long TOLERANCE_SECONDS = 1;

  /** A row of ours. */
  static ConnectionRow of(ConnectionEntry entry) {
    return new ConnectionRow(
        switch (entry.protocol()) {
          case 0 -> "IP";
          case 6 -> "TCP";
          case 17 -> "UDP";
          case 132 -> "SCTP";
          default -> "IP_" + entry.protocol();
        },
        new Endpoint(entry.clientAddress(), entry.clientPort()),
        new Endpoint(entry.virtualAddress(), entry.virtualPort()),
        new Endpoint(entry.serverAddress(), entry.serverPort()),
        entry.state(),
        entry.expiresSeconds(),
        (entry.engine() + " " + entry.engineData()).trim());
  }

  /**
   * Whether its timer is due: replaced entries and those about to go. How long such a row shows is
   * timing.
   */
  boolean isDue() {
    return expires == 0;
  }

  /** Whether its timer may be due by the reading of another clock. */
  boolean isNearlyDue() {
    return expires <= TOLERANCE_SECONDS;
  }

  /** Whether both are in one state at one server. */
  boolean isAt(ConnectionRow other) {
    return server.equals(other.server) && state.equals(other.state);
  }

  /** Whether its server counts it as active. */
  boolean isActive() {
    return switch (state) {
      case "ESTABLISHED", "SYN_SENT", "SYN_RECV", "SYNACK" -> true;
      default -> false;
    };
  }

  /** Who talks to whom; an engine's templates differ by their data only. */
  String key() {
    return protocol + " " + client + " > " + virtual + (engine.isEmpty() ? "" : " " + engine);
  }

  /** Where our row of the same key differs. */
  List<Difference> differences(ConnectionRow ours) {
    List<Difference> differences = new ArrayList<>();
    if (!server.equals(ours.server)) {
      differences.add(new Difference("server", server.toString(), ours.server.toString()));
    }
    if (!state.equals(ours.state)) {
      differences.add(new Difference("state", state, ours.state));
    }
    if (Math.abs(expires - ours.expires) > TOLERANCE_SECONDS) {
      differences.add(new Difference("expires", expires + " s", ours.expires + " s"));
    }
    return differences;
  }

  @Override
  public String toString() {
    return state + " at " + server + " for " + expires + " s";
  }
}
