package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is not the director's business works on its host as if it were not there. */
final class HostScenario {
  @RegisterExtension static final LabExtension LAB = LabExtension.nat();

  private static final int SSH_PORT = 22;

  @BeforeAll
  static void rules() {
    NatLab.routeToServers(LAB.lab());
    LAB.httpRules();
  }

  @Test
  void anotherPortOfTheVipBelongsToTheHost() throws IOException {
    Lab lab = LAB.lab();
    try (TextService ssh = TextService.open(lab.director(), lab.vip(), SSH_PORT, "ssh")) {
      assertEquals("ssh", ssh.askedBy(lab.client()));
    }
  }

  @Test
  void thePortOfTheServiceBelongsToTheHostOnItsOtherAddresses() throws IOException {
    Lab lab = LAB.lab();
    try (TextService web = TextService.open(lab.director(), "203.0.113.2", Lab.HTTP_PORT, "own")) {
      assertEquals("own", web.askedBy(lab.client()));
    }
  }

  @Test
  void theVipAndTheHostAnswerPing() {
    Lab lab = LAB.lab();

    assertTrue(Ping.reaches(lab.client(), lab.vip()));
    assertTrue(Ping.reaches(lab.client(), "203.0.113.2"));
    assertTrue(Ping.reaches(lab.servers().getFirst(), "10.0.0.1"));
  }

  @Test
  void serversUseTheDirectorAsTheirRouter() throws IOException {
    Lab lab = LAB.lab();
    try (TextService far = TextService.open(lab.client(), lab.clientAddress(), 8000, "far")) {
      assertEquals("far", far.askedBy(lab.servers().getFirst()));
    }
    assertTrue(Ping.reaches(lab.servers().getFirst(), lab.clientAddress()));
  }

  @Test
  void otherPortsOfAServerAreReachedThroughTheRouter() throws IOException {
    Lab lab = LAB.lab();
    String address = lab.serverAddresses().getFirst();
    try (TextService ssh = TextService.open(lab.servers().getFirst(), address, SSH_PORT, "ssh")) {
      assertEquals("ssh", ssh.askedBy(lab.client()));
    }
  }

  @Test
  void theHostItselfReachesTheServicePortOfAServer() {
    Lab lab = LAB.lab();

    // As a health check on the director does.
    String answer =
        lab.director()
            .run("curl", "-sS", "--max-time", "3", "http://" + lab.serverAddresses().get(1))
            .out();

    assertEquals("server 2\n", answer);
  }

  @Test
  void theServicePortOfAServerIsReachedThroughTheRouter() {
    Lab lab = LAB.lab();

    String answer =
        lab.client()
            .run("curl", "-sS", "--max-time", "3", "http://" + lab.serverAddresses().get(1))
            .out();

    assertEquals("server 2\n", answer);
  }

  @Test
  void nginxIsBalancedToo() {
    assumeTrue(RealServer.nginx().isPresent(), "nginx is not installed");
    try (Lab lab = NatLab.build(Transcript.SILENT)) {
      RealServer.startWeb(lab);
      lab.addVip();
      DirectorProcess director = DirectorProcess.start(lab.director());
      director.restore(
          "-A -t " + lab.httpService() + " -s wlc",
          "-a -t " + lab.httpService() + " -m -r " + lab.serverAddresses().getFirst() + ":80");

      String answer =
          lab.client().run("curl", "-sS", "--max-time", "5", "http://" + lab.vip()).out();

      assertEquals("server 1\n", answer);
      assertEquals(0, director.stop());
    }
  }
}
