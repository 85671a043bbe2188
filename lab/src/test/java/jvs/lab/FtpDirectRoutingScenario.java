package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * FTP by direct routing, where no helper sees what servers announce: persistence alone sends the
 * data connections, to ports that no service names, after the control connections.
 */
final class FtpDirectRoutingScenario {
  @RegisterExtension
  static final LabExtension LAB =
      LabExtension.directRouting("--port", "packet").with(FtpSite::serve);

  private static final List<String> CLIENTS = List.of("192.0.2.101", "192.0.2.102", "192.0.2.103");

  @BeforeAll
  static void addClients() {
    CLIENTS.forEach(address -> LAB.lab().client().address("eth0", address + "/24"));
  }

  private static void rules(int port) {
    String service = "-t " + Lab.endpoint(LAB.lab().vip(), port);
    List<String> lines = new ArrayList<>(List.of("-A " + service + " -s rr -p 60"));
    for (String address : LAB.lab().serverAddresses()) {
      lines.add("-a " + service + " -g -r " + Lab.endpoint(address, port));
    }
    LAB.rules(lines.toArray(String[]::new));
  }

  /** The port, or all ports. */
  @ParameterizedTest
  @ValueSource(ints = {21, 0})
  void transfersFilesAndListings(int port) throws IOException {
    rules(port);

    FtpSite.assertTransfers(LAB.lab(), "--ftp-pasv", LAB.lab().vip());
    FtpSite.assertTransfers(LAB.lab(), "-P - --eprt", LAB.lab().vip());
  }

  @ParameterizedTest
  @ValueSource(ints = {21, 0})
  void controlAndDataReachTheServerThatTheClientHad(int port) {
    rules(port);
    Map<String, String> servers = new TreeMap<>();

    for (int i = 0; i < 2; i++) {
      for (String client : CLIENTS) {
        String server = FtpSite.session(LAB.lab(), client);
        assertEquals(server, servers.computeIfAbsent(client, _ -> server), client);
      }
    }

    assertEquals(3, servers.values().stream().distinct().count(), servers.toString());
  }
}
