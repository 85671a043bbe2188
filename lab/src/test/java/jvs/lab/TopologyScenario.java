package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The labs themselves, with no director in them. */
@ExtendWith(LabCondition.class)
final class TopologyScenario {
  @Test
  void natServersAreReachedThroughTheDirectorAsRouter() throws IOException {
    try (Lab lab = NatLab.build(Transcript.SILENT)) {
      RealServer.startOwn(lab);
      NatLab.routeToServers(lab);

      for (int i = 0; i < lab.servers().size(); i++) {
        String address = lab.serverAddresses().get(i);
        assertEquals("server " + (i + 1) + "\n", get(lab, address, "/"));
        assertEquals(lab.clientAddress() + "\n", get(lab, address, "/peer"));
        try (UdpClient udp = UdpClient.open(lab.client(), address, Lab.UDP_PORT)) {
          assertEquals("server " + (i + 1) + " hello", udp.ask("hello"));
        }
      }
    }
  }

  @Test
  void largeFilesAreTheSameEveryTime() throws IOException {
    long size = 3_000_001;
    try (Lab lab = NatLab.build(Transcript.SILENT)) {
      RealServer.startOwn(lab);
      NatLab.routeToServers(lab);
      var file = lab.client().directory().resolve("file");
      try (var out = Files.newOutputStream(file)) {
        Payload.write(out, size, HttpServerMain.SEED);
      }
      String url = "http://" + lab.serverAddresses().getFirst() + "/";

      String uploaded = lab.client().run("curl", "-sS", "-T", file.toString(), url).out();
      lab.client().run("curl", "-sS", "-o", file + ".down", url + "bytes/" + size);

      assertEquals(Payload.sha256(size, HttpServerMain.SEED) + "\n", uploaded);
      assertEquals(-1, Files.mismatch(file, file.resolveSibling("file.down")));
    }
  }

  @Test
  void directRoutingServersKeepTheVipToThemselves() {
    try (Lab lab = DirectRoutingLab.build(Transcript.SILENT)) {
      RealServer.startWeb(lab);
      for (int i = 0; i < lab.servers().size(); i++) {
        assertEquals("server " + (i + 1) + "\n", get(lab, lab.serverAddresses().get(i), "/"));
      }

      assertFalse(Ping.reaches(lab.client(), lab.vip()), "nobody answers ARP for the VIP yet");
      lab.addVip();
      assertTrue(Ping.reaches(lab.client(), lab.vip()), "the director does");

      String mac = lab.director().run("cat", "/sys/class/net/eth0/address").out().strip();
      assertTrue(lab.client().run("ip", "neighbour", "show", lab.vip()).out().contains(mac), mac);
    }
  }

  @Test
  void aClosedLabLeavesNothing() throws IOException {
    Lab lab = NatLab.build(Transcript.SILENT);
    RealServer.startWeb(lab);
    Background last = lab.client().start("sleep", List.of("sleep", "1000"));

    lab.close();

    assertFalse(last.isAlive());
    assertFalse(Files.exists(lab.topology().directory()));
    assertFalse(namespaces().contains(lab.topology().prefix()));
    assertThrows(LabException.class, () -> lab.topology().host("late"));
  }

  @Test
  void aLabLeavesNothingWhenItsProgramIsInterrupted() throws IOException {
    Process program =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                Interrupted.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String prefix = program.inputReader().readLine();
    assertTrue(namespaces().contains(prefix), prefix);

    program.destroy(); // SIGTERM takes the same way as SIGINT

    Await.until("the program ends", Duration.ofSeconds(10), () -> !program.isAlive());
    assertFalse(namespaces().contains(prefix), prefix);
  }

  /** A program that builds a lab and waits to be interrupted. */
  static final class Interrupted {
    private Interrupted() {}

    public static void main(String[] arguments) throws InterruptedException {
      Lab lab = NatLab.build(Transcript.SILENT);
      RealServer.startWeb(lab);
      System.out.println(lab.topology().prefix());
      Thread.currentThread().join();
    }
  }

  private static String get(Lab lab, String address, String path) {
    return lab.client().run("curl", "-sS", "--max-time", "5", "http://" + address + path).out();
  }

  private static String namespaces() {
    return Command.run(List.of("ip", "netns", "list"), "").orThrow().out();
  }
}
