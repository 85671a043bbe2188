package jvs.director.ipvsadm;

import java.io.PrintStream;
import jvs.service.ConnectionEntry;

/** The connections ({@code -L -c}), printed as they come, for there may be millions. */
final class ConnectionListing {
  private static final int CHUNK = 8192;

  private final EndpointText endpoints;
  private final boolean hasEngineData;
  private final PrintStream out;
  private final Columns columns = new Columns();

  ConnectionListing(CommandLine line, Names names, PrintStream out) {
    this.endpoints = new EndpointText(names, line.has(Option.NUMERIC));
    this.hasEngineData = line.has(Option.PERSISTENT_CONN);
    this.out = out;
  }

  void begin() {
    columns.add("IPVS connection entries").end();
    columns.add("pro expire ").left("state", 12).left("source", 19).left("virtual", 19);
    if (hasEngineData) {
      columns.left("destination", 19).left("pe name", 17).add("pe_data").end();
    } else {
      columns.add("destination").end();
    }
  }

  void add(ConnectionEntry connection) {
    int protocol = connection.protocol();
    columns.left(ProtocolText.of(protocol), 3).add(" ");
    columns.left(expiry(connection.expiresSeconds()), 6).add(" ");
    columns.left(connection.state(), 11).add(" ");
    String client = endpoints.format(connection.clientAddress(), connection.clientPort(), protocol);
    String virtual =
        endpoints.format(connection.virtualAddress(), connection.virtualPort(), protocol);
    String server = endpoints.format(connection.serverAddress(), connection.serverPort(), protocol);
    columns.left(client, 18).add(" ").left(virtual, 18).add(" ");
    if (hasEngineData && !connection.engineData().isEmpty()) {
      columns.left(server, 16).add(" ").left(connection.engine(), 18).add(" ");
      columns.add(connection.engineData());
    } else {
      columns.add(server);
    }
    columns.end();
    if (columns.length() > CHUNK) {
      end();
    }
  }

  void end() {
    out.print(columns.drain());
  }

  /** Minutes and seconds, at least two digits each. */
  private static String expiry(long seconds) {
    return twoDigits(seconds / 60) + ":" + twoDigits(seconds % 60);
  }

  private static String twoDigits(long number) {
    return number < 10 ? "0" + number : Long.toString(number);
  }
}
