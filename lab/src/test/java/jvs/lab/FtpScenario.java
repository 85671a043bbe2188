package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * FTP through NAT with vsftpd on the servers, curl and lftp on the client. The director's host
 * routes, and the servers can be reached by their own addresses: whatever the host were to answer
 * or forward by itself would end the connections.
 */
final class FtpScenario {
  @RegisterExtension
  static final LabExtension LAB = LabExtension.nat("--port", "packet").with(FtpSite::serve);

  @BeforeAll
  static void addServers() {
    Lab lab = LAB.lab();
    NatLab.routeToServers(lab);
    DualStack.addTo(lab);
    addRules();
  }

  private static void addRules() {
    Lab lab = LAB.lab();
    LAB.rules(
        "-A -t %s:21 -s rr".formatted(lab.vip()),
        "-a -t %s:21 -r 10.0.0.11:21 -m".formatted(lab.vip()),
        "-a -t %s:21 -r 10.0.0.12:21 -m".formatted(lab.vip()),
        "-A -t [%s]:21 -s rr".formatted(DualStack.VIP),
        "-a -t [%s]:21 -r [fd00:10::11]:21 -m".formatted(DualStack.VIP),
        "-a -t [%s]:21 -r [fd00:10::12]:21 -m".formatted(DualStack.VIP));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--disable-epsv", "--ftp-pasv", "-P - --disable-eprt", "-P - --eprt"})
  void transfersFilesAndListings(String options) throws IOException {
    FtpSite.assertTransfers(LAB.lab(), options, LAB.lab().vip());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--ftp-pasv", "-P - --eprt"})
  void transfersFilesAndListingsOverIpv6(String options) throws IOException {
    FtpSite.assertTransfers(LAB.lab(), options, "[" + DualStack.VIP + "]");
  }

  @Test
  void staysWithOneServerThroughASession() {
    String client = LAB.lab().clientAddress();
    String first = FtpSite.session(LAB.lab(), client);
    String second = FtpSite.session(LAB.lab(), client);

    assertNotEquals(first, second);
  }

  @Test
  void aTransferOutlivesItsDirector() throws IOException {
    Lab lab = LAB.lab();
    String[] options = {"--state", lab.director().directory().resolve("state").toString()};
    LAB.director().stop();
    LAB.startDirector(options);
    addRules();
    Path copy = lab.client().directory().resolve("slow");
    Background transfer =
        lab.client()
            .start(
                "transfer",
                List.of(
                    ("curl -sS --no-ftp-skip-pasv-ip --limit-rate 500k -w %{size_download}_octets"
                            + " -o "
                            + copy
                            + " ftp://"
                            + lab.vip()
                            + "/content")
                        .split(" ")));
    Await.until("it has begun", Duration.ofSeconds(10), () -> copy.toFile().length() > 0);

    for (int i = 0; i < 2; i++) {
      LAB.director().daemon().kill();
      LAB.startDirector(options);
    }

    transfer.awaitLine(FtpSite.FILE_BYTES + "_octets", Duration.ofSeconds(60));
  }

  @Test
  void hidesNothingElseFromTheHost() {
    Lab lab = LAB.lab();
    FtpSite.curl(lab, "--disable-epsv", "ftp://" + lab.vip() + "/who");
    Background listener = lab.director().start("nc", List.of("nc", "-l", lab.vip(), "5000"));
    Await.until(
        "nc listens",
        Duration.ofSeconds(5),
        () -> lab.director().probe("ss", "-Hltn", "sport = :5000").out().contains(":5000"));

    lab.client().attempt(List.of("nc", "-N", "-w", "3", lab.vip(), "5000"), "hello\n");

    Await.until("the host hears", Duration.ofSeconds(5), () -> listener.log().contains("hello"));
  }
}
