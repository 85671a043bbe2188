package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A statically linked Go program on moby/ipvs, the library of Docker and Kubernetes. It is built
 * here, of the sources in Debian's packages, so that nothing is asked of Go's module proxy.
 */
@ExtendWith(ExecCondition.class)
final class GoClientScenario {
  private static final String PREFIX = "golang-github-";

  /** moby/ipvs is in the first. They are unpacked, as installing them draws 256 others in. */
  private static final List<String> PACKAGES =
      List.of(
          PREFIX + "docker-docker-dev",
          PREFIX + "vishvananda-netlink-dev",
          PREFIX + "vishvananda-netns-dev",
          PREFIX + "sirupsen-logrus-dev",
          "golang-golang-x-sys-dev");

  @RegisterExtension static final LabExtension LAB = LabExtension.nat();

  @BeforeAll
  static void build() throws IOException {
    assumeTrue(Command.find("go").isPresent(), "no Go compiler (apt-get install golang-go)");
    Path directory = LAB.lab().topology().directory();
    Path packages = Files.createDirectory(directory.resolve("packages"));
    List<String> download = new ArrayList<>(List.of("env", "-C", packages.toString()));
    download.addAll(List.of("apt-get", "-qq", "download"));
    download.addAll(PACKAGES);
    CommandResult downloaded = Command.run(download, "");
    assumeTrue(downloaded.status() == 0, "no Debian packages of moby/ipvs: " + downloaded.err());

    Path tree = directory.resolve("tree");
    try (Stream<Path> files = Files.list(packages)) {
      for (Path file : files.toList()) {
        run("dpkg-deb", "-x", file.toString(), tree.toString());
      }
    }
    Path source = directory.resolve("main.go");
    try (InputStream in = GoClientScenario.class.getResourceAsStream("ipvsclient/main.go")) {
      Files.copy(Objects.requireNonNull(in), source);
    }
    run(
        "env",
        "CGO_ENABLED=0",
        "GO111MODULE=off",
        "GOCACHE=" + directory.resolve("cache"),
        "GOPATH=" + tree.resolve("usr/share/gocode"),
        "go",
        "build",
        "-o",
        program(),
        source.toString());
  }

  private static String program() {
    return LAB.lab().topology().directory().resolve("ipvsclient").toString();
  }

  private static void run(String... command) {
    Command.run(List.of(command), "").orThrow();
  }

  private static String exec(String... arguments) {
    List<String> command =
        new ArrayList<>(List.of(Home.launcher().toString(), "exec", "--", program()));
    command.addAll(List.of(arguments));
    CommandResult result = LAB.lab().director().attempt(command, "");
    assertEquals(0, result.status(), result.toString());
    return result.out().strip();
  }

  @Test
  void fourHandlesFillTheTableAtOnce() {
    LAB.rules();

    assertEquals("160 servers", exec("203.0.113.90", "fd00:203::90"));

    String table = LAB.director().ipvsadm("-Ln").orThrow().out();
    assertEquals(160, table.lines().filter(line -> line.contains(" Route ")).count(), table);
    assertEquals(4, table.lines().filter(line -> line.contains(" lc")).count(), table);
    String timeouts = LAB.director().ipvsadm("-L", "--timeout").orThrow().out();
    assertEquals("Timeout (tcp tcpfin udp): 901 120 300", timeouts.strip());
  }

  @Test
  void readsTheCountsOfAService() {
    LAB.httpRules();
    LAB.curlTimes(3);

    assertEquals("3 connections, true", exec("stats"));
  }
}
