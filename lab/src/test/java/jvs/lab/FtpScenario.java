package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
  private static final int FILE_BYTES = 3_000_000;

  @RegisterExtension static final LabExtension LAB = LabExtension.nat("--port", "packet");

  private static final byte[] CONTENT = new byte[FILE_BYTES];

  @BeforeAll
  static void startServers() throws IOException {
    Lab lab = LAB.lab();
    new Random(1).nextBytes(CONTENT);
    NatLab.routeToServers(lab);
    DualStack.addTo(lab);
    lab.topology().directory().toFile().setExecutable(true, false);
    for (int i = 0; i < lab.servers().size(); i++) {
      startVsftpd(lab.servers().get(i), i + 1);
    }
    LAB.rules(
        "-A -t %s:21 -s rr".formatted(lab.vip()),
        "-a -t %s:21 -r 10.0.0.11:21 -m".formatted(lab.vip()),
        "-a -t %s:21 -r 10.0.0.12:21 -m".formatted(lab.vip()),
        "-A -t [%s]:21 -s rr".formatted(DualStack.VIP),
        "-a -t [%s]:21 -r [fd00:10::11]:21 -m".formatted(DualStack.VIP),
        "-a -t [%s]:21 -r [fd00:10::12]:21 -m".formatted(DualStack.VIP));
  }

  private static void startVsftpd(Host server, int number) throws IOException {
    server.directory().toFile().setExecutable(true, false);
    Path files = Files.createDirectory(server.directory().resolve("ftp"));
    Path jail = Files.createDirectory(server.directory().resolve("empty"));
    Files.writeString(files.resolve("who"), "server " + number + "\n");
    Files.write(files.resolve("content"), CONTENT);
    Path configuration =
        server.file(
            "vsftpd.conf",
            """
            listen_ipv6=YES
            background=NO
            anonymous_enable=YES
            no_anon_password=YES
            anon_root=%s
            secure_chroot_dir=%s
            connect_from_port_20=YES
            seccomp_sandbox=NO
            """
                .formatted(files, jail));
    server.start("vsftpd", List.of("vsftpd", configuration.toString()));
    Await.until(
        "vsftpd listens",
        Duration.ofSeconds(10),
        () -> server.probe("ss", "-Hltn", "sport = :21").out().contains(":21"));
  }

  /** What curl prints; without skipping the address that the server announces. */
  private static CommandResult curl(String options, String url) {
    List<String> command = new ArrayList<>(List.of("curl", "-sS", "--max-time", "20"));
    command.add("--no-ftp-skip-pasv-ip");
    command.addAll(List.of(options.split(" ")));
    command.add(url);
    return LAB.lab().client().run(command.toArray(String[]::new));
  }

  private static void assertTransfers(String options, String host) throws IOException {
    Path copy = LAB.lab().client().directory().resolve("copy");
    String url = "ftp://" + host + "/";

    curl(options + " -o " + copy, url + "content");
    String list = curl(options, url).out();

    assertEquals(-1, Files.mismatch(copy, contentFile()));
    assertTrue(list.contains(FILE_BYTES + " "), list);
    assertTrue(list.contains("content"), list);
  }

  private static Path contentFile() {
    return LAB.lab().servers().getFirst().directory().resolve("ftp/content");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--disable-epsv", "--ftp-pasv", "-P - --disable-eprt", "-P - --eprt"})
  void transfersFilesAndListings(String options) throws IOException {
    assertTransfers(options, LAB.lab().vip());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--ftp-pasv", "-P - --eprt"})
  void transfersFilesAndListingsOverIpv6(String options) throws IOException {
    assertTransfers(options, "[" + DualStack.VIP + "]");
  }

  @Test
  void staysWithOneServerThroughASession() {
    String first = session();
    String second = session();

    assertNotEquals(first, second);
  }

  /** Which server all transfers of a session came from. */
  private static String session() {
    String script =
        "set net:timeout 10; set net:max-retries 1; set ftp:fix-pasv-address no; set"
            + " ftp:prefer-epsv no; cat who; cat who; set ftp:passive-mode off; cat who; cat who";
    List<String> command = List.of("lftp", "-c", "open " + LAB.lab().vip() + "; " + script);
    CommandResult result = LAB.lab().client().run(command.toArray(String[]::new));
    List<String> answers = result.out().lines().filter(l -> l.startsWith("server ")).toList();
    assertEquals(4, answers.size(), result.out());
    assertEquals(1, answers.stream().distinct().count(), result.out());
    return answers.getFirst();
  }

  @Test
  void hidesNothingElseFromTheHost() {
    Lab lab = LAB.lab();
    curl("--disable-epsv", "ftp://" + lab.vip() + "/who");
    Background listener = lab.director().start("nc", List.of("nc", "-l", lab.vip(), "5000"));
    Await.until(
        "nc listens",
        Duration.ofSeconds(5),
        () -> lab.director().probe("ss", "-Hltn", "sport = :5000").out().contains(":5000"));

    lab.client().attempt(List.of("nc", "-N", "-w", "3", lab.vip(), "5000"), "hello\n");

    Await.until("the host hears", Duration.ofSeconds(5), () -> listener.log().contains("hello"));
  }
}
