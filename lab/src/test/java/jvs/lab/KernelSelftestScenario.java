package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The procedure by which the kernel tests its IPVS (selftests, net/netfilter/ipvs): a file through
 * netcat in each of three modes, compared; with our command in ipvsadm's place.
 */
@ExtendWith(LabCondition.class)
final class KernelSelftestScenario {
  private static final String PORT = "8080";
  private static final String SERVICE = SelftestLab.VIP + ":" + PORT;
  private static final int FILE_BYTES = 1 << 20;
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @Test
  void directRouting() throws IOException {
    try (SelftestLab lab = SelftestLab.pastTheDirector()) {
      pass(lab, "-g");
    }
  }

  @Test
  void nat() throws IOException {
    try (SelftestLab lab = SelftestLab.behindTheDirector()) {
      pass(lab, "-m");
    }
  }

  /** Where the kernel has a module ipip, our own end of the tunnel stands. */
  @Test
  void tunnel() throws IOException {
    try (SelftestLab lab = SelftestLab.pastTheDirector()) {
      Decapsulator end = Decapsulator.start(lab.server(), SelftestLab.SERVER);
      lab.topology().endsWith(end);
      pass(lab, "-i");
      assertEquals(0, end.lies());
      assertTrue(end.unpacked() > 0, "nothing came out of the tunnel");
    }
  }

  private static void pass(SelftestLab lab, String mode) throws IOException {
    Path in = lab.client().directory().resolve("infile");
    Path out = lab.server().directory().resolve("outfile");
    try (OutputStream file = Files.newOutputStream(in)) {
      Payload.write(file, FILE_BYTES, 5);
    }
    DirectorProcess director = DirectorProcess.start(lab.director());
    director.ipvsadm("-A", "-t", SERVICE, "-s", "rr").orThrow();
    director.ipvsadm("-a", "-t", SERVICE, "-r", SelftestLab.SERVER + ":" + PORT, mode).orThrow();
    Background server = lab.server().start("nc", shell("exec nc -l -p " + PORT + " >" + out));
    Await.until("nc listens", LIMIT, () -> listens(lab.server()));

    lab.client().attempt(shell("exec nc -N -w 3 " + SelftestLab.VIP + " " + PORT + " <" + in), "");

    Await.until("nc has got the whole file", LIMIT, () -> !server.isAlive());
    assertEquals(-1, Files.mismatch(in, out));
    assertEquals(0, director.stop());
    assertEquals(List.of(), DirectorProcess.leftovers(lab.director()));
  }

  private static List<String> shell(String line) {
    return List.of("sh", "-c", line);
  }

  private static boolean listens(Host server) {
    return server.probe("ss", "-Hltn", "sport = :" + PORT).out().contains(":" + PORT);
  }
}
