package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.net.PortUnreachableException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every forwarding method does in every address family, behind a router: fragments, hops, and
 * links that are too small.
 */
interface PathContract extends ForwardingContract {
  /** MTU of every link unless it is said otherwise. */
  int MTU = 1500;

  /** MTU of a link that is too small for the servers' segments. */
  int SMALL_MTU = 1400;

  /** A port where no server listens. */
  int CLOSED_PORT = 9;

  /** Less than it takes to notice that something is lost. */
  int DOWNLOAD_BYTES = 1_000_000;

  @ParameterizedTest(name = "ip_forward={0}, {1} bytes")
  @CsvSource({"false, 8000", "false, 20000", "true, 8000", "true, 20000"})
  default void fragmentedDatagramsArriveWholeBothWays(boolean isRouter, int bytes)
      throws IOException {
    Lab lab = lab().lab();
    lab.family().routes(lab.director(), isRouter);
    lab().rules(lab().service("-u", Lab.UDP_PORT, Lab.UDP_PORT));
    String text =
        IntStream.range(0, bytes / 5).mapToObj("%05d"::formatted).collect(Collectors.joining());

    learnPath(lab, text);
    lab().rules(lab().service("-u", Lab.UDP_PORT, Lab.UDP_PORT));

    try (UdpClient socket = UdpClient.open(lab.client(), lab.vip(), Lab.UDP_PORT);
        Sniffer strays = sniffServers(lab)) {
      for (int i = 0; i < 3; i++) {
        assertEquals("server 3 " + text, socket.ask(text));
      }
      assertEquals(List.of(), strays.stop());
    } finally {
      lab.family().routes(lab.director(), false);
    }
  }

  @Test
  default void theServerThatAnswersLearnsOfASmallLink() throws IOException {
    Lab lab = lab().lab();
    lab().httpRules();
    Host router = lab.topology().find("router");
    forgetPaths(lab);

    String answer;
    shrink(lab.client(), router, SMALL_MTU);
    // What the client says it can take leads the servers astray.
    clientRoute(lab, "advmss", String.valueOf(MTU - (lab.family() == Family.IPV4 ? 40 : 60)));
    try {
      answer = download(lab, DOWNLOAD_BYTES);
    } finally {
      clientRoute(lab);
      shrink(lab.client(), router, MTU);
    }

    assertEquals("server 3", answer);
    List<Integer> mtus =
        lab.servers().stream().map(server -> pathMtu(server, lab.peerAddress())).toList();
    assertEquals(List.of(MTU, MTU, SMALL_MTU), mtus, "server 3 alone is told");
    forgetPaths(lab);
  }

  @ParameterizedTest(name = "ip_forward={0}")
  @ValueSource(booleans = {false, true})
  default void aServerSaysThatItsPortIsClosed(boolean isRouter) throws IOException {
    Lab lab = lab().lab();
    boolean isDroppedByIpvs = lab.method().equals("-m") && lab.family() == Family.IPV6;
    assumeFalse(isDroppedByIpvs, "IPVS, too, drops a NAT server's ICMPv6 errors");
    lab.family().routes(lab.director(), isRouter);
    lab().rules(lab().service("-u", CLOSED_PORT, CLOSED_PORT));

    try (UdpClient socket = UdpClient.open(lab.client(), lab.vip(), CLOSED_PORT);
        Sniffer strays = sniffServers(lab)) {
      socket.send("is anybody there?");
      assertThrows(PortUnreachableException.class, socket::receive);
      assertEquals(List.of(), strays.stop());
    } finally {
      lab.family().routes(lab.director(), false);
    }
  }

  /** What comes to the client from servers' own addresses, which it never talked to. */
  private static Sniffer sniffServers(Lab lab) {
    String sources = String.join(" or src host ", lab.serverAddresses());
    return Sniffer.on(lab.client(), "eth0", "src host " + sources, "--immediate-mode");
  }

  @Test
  default void routerAndDirectorSayThatTheHopLimitIsUsedUp() throws IOException {
    Lab lab = lab().lab();
    lab().rules(lab().service("-u", Lab.UDP_PORT, Lab.UDP_PORT));
    // The director speaks as the address that was asked (icmp_send).
    List<String> hops = List.of(lab.family().clients().address(FarSide.ROUTER), lab.vip());

    try (Sniffer sniffer = Sniffer.on(lab.client(), "eth0", "icmp or icmp6")) {
      for (int hop = 1; hop <= hops.size(); hop++) {
        clientRoute(lab, "hoplimit", String.valueOf(hop));
        try (UdpClient socket = UdpClient.open(lab.client(), lab.vip(), Lab.UDP_PORT)) {
          socket.send("how far?");
        }
        String from = hops.get(hop - 1) + " > " + lab.clientAddress();
        sniffer.await(from, "time exceeded in-transit");
      }
    } finally {
      clientRoute(lab);
    }
  }

  /** No router fragments IPv6: the client has to know what a tunnel leaves. */
  private static void learnPath(Lab lab, String text) throws IOException {
    if (!lab.isTunnel() || lab.family() == Family.IPV4) {
      return;
    }
    forgetPaths(lab);
    try (UdpClient socket = UdpClient.open(lab.client(), lab.vip(), Lab.UDP_PORT)) {
      socket.send(text);
      Await.until(
          "the client knows the tunnel's MTU",
          Duration.ofSeconds(5),
          () -> pathMtu(lab.client(), lab.vip()) < MTU);
    }
  }

  /** Asks for a page and for bytes over one connection; the page says who answers. */
  private static String download(Lab lab, int bytes) {
    String file = lab.client().directory().resolve("bytes").toString();
    String[] command = {
      "curl",
      "-sS",
      "--max-time",
      "20",
      "-o",
      "-",
      lab.url(),
      "-o",
      file,
      lab.url() + "bytes/" + bytes
    };
    String answer = lab.client().run(command).out().strip();
    try {
      assertEquals(Payload.sha256(bytes, HttpServerMain.SEED), Payload.sha256(Path.of(file)));
    } catch (IOException e) {
      throw new LabException(file, e);
    }
    return answer;
  }

  /** Replaces the client's only route by one with other attributes. */
  private static void clientRoute(Lab lab, String... attributes) {
    route(lab.client(), lab.family(), attributes);
  }

  /** Replaces a client's only route of a family by one with other attributes. */
  static void route(Host client, Family family, String... attributes) {
    String router = family.clients().address(FarSide.ROUTER);
    List<String> route = new ArrayList<>(List.of("route", "replace", "default", "via", router));
    route.addAll(List.of(attributes));
    client.ip(route.toArray(String[]::new));
  }

  /** Gives both ends of a link this MTU. */
  static void shrink(Host one, Host other, int mtu) {
    for (Host host : List.of(one, other)) {
      host.ip("link", "set", "eth0", "mtu", String.valueOf(mtu));
    }
  }

  /** What a host believes to fit through to an address. */
  static int pathMtu(Host from, String to) {
    String[] words = from.run("ip", "route", "get", to).out().strip().split("\\s+", -1);
    int place = List.of(words).indexOf("mtu");
    return place < 0 ? MTU : Integer.parseInt(words[place + 1]);
  }

  /** Everybody forgets what routers said. */
  static void forgetPaths(Lab lab) {
    for (Host host : lab.topology().hosts()) {
      for (String family : List.of("-4", "-6")) {
        host.ip(family, "route", "flush", "cache");
      }
    }
  }
}
