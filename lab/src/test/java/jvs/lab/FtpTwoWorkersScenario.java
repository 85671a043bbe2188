package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * FTP through NAT by two workers: a data connection, whoever begins it, has to come to the worker
 * that heard of it.
 */
final class FtpTwoWorkersScenario {
  @RegisterExtension
  static final LabExtension LAB =
      LabExtension.nat("--port", "packet", "--workers", "2").with(FtpSite::serve);

  /** So many that hardly ever all are one worker's. */
  private static final List<String> CLIENTS =
      IntStream.range(100, 116).mapToObj(i -> "198.51.100." + i).toList();

  @BeforeAll
  static void addClients() {
    CLIENTS.forEach(address -> LAB.lab().client().address("eth0", address + "/24"));
    LAB.rules(LAB.service("-t", 21, 21));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--disable-epsv", "--ftp-pasv", "-P - --disable-eprt", "-P - --eprt"})
  void transfersFilesAndListings(String options) throws IOException {
    FtpSite.assertTransfers(LAB.lab(), options, LAB.lab().vip());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--disable-epsv", "-P - --disable-eprt"})
  void everyWorkerServesItsClients(String options) {
    List<Integer> before = connections();

    for (String client : CLIENTS) {
      String url = "ftp://" + LAB.lab().vip() + "/who";
      String answer = FtpSite.curl(LAB.lab(), "--interface " + client + " " + options, url).out();
      assertTrue(answer.startsWith("server "), answer);
    }

    List<Integer> after = connections();
    assertEquals(2, after.size());
    for (int i = 0; i < 2; i++) {
      assertTrue(after.get(i) > before.get(i), before + " " + after);
    }
  }

  @Test
  void staysWithOneServerThroughASession() {
    List<String> servers =
        CLIENTS.subList(0, 3).stream().map(c -> FtpSite.session(LAB.lab(), c)).toList();

    assertEquals(3, servers.stream().distinct().count(), servers.toString());
  }

  /** How many each worker has made. */
  private static List<Integer> connections() {
    String totals = LAB.director().read("/totals/workers");
    return Pattern.compile("\"connections\":(\\d+)")
        .matcher(totals)
        .results()
        .map(found -> Integer.valueOf(found.group(1)))
        .toList();
  }
}
