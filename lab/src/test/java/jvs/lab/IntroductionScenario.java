package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Servers behind FULLNAT, nginx among them, learn their clients by TCP option or PROXY protocol,
 * offloads on.
 */
@Timeout(120)
@ParameterizedClass
@EnumSource(Family.class)
final class IntroductionScenario {
  private static final int BY_OPTION = 8001;
  private static final int BY_PROXY = 8002;
  private static final int NGINX = 8003;
  private static final long BYTES = 64L << 20;

  @RegisterExtension
  static final LabExtension LAB =
      LabExtension.parameterised("--port", "packet", "--workers", "2")
          .with(IntroductionScenario::startNginx);

  private static AddressOptionReader reader;
  private static IntroducedServer byOption;
  private static IntroducedServer byProxy;

  @Parameter Family family;

  @BeforeParameterizedClassInvocation
  static void serve(Family family) {
    LAB.open(transcript -> FullNatLab.build(transcript, family));
    Host server = LAB.lab().servers().getFirst();
    reader = new AddressOptionReader(server);
    byOption = new IntroducedServer(server, BY_OPTION, reader::client);
    byProxy = new IntroducedServer(server, BY_PROXY, IntroducedServer::byProxyProtocol);
    List<String> lines = new ArrayList<>(service(BY_OPTION, ""));
    lines.addAll(service(BY_PROXY, " --proxy-protocol v2"));
    lines.addAll(service(NGINX, " --proxy-protocol v2"));
    LAB.rules(lines.toArray(String[]::new));
  }

  private static void startNginx(Lab lab) {
    RealServer.startNginx(
        lab,
        """
        listen [::]:%d ipv6only=off proxy_protocol;
        default_type text/plain;
        location = /client { return 200 "$proxy_protocol_addr $proxy_protocol_port\\n"; }
        """
            .formatted(NGINX));
  }

  /** Lines of ipvsadm for a service of the first server alone. */
  private static List<String> service(int port, String options) {
    String service = "-t " + Lab.endpoint(LAB.lab().vip(), port);
    String server = Lab.endpoint(LAB.lab().serverAddresses().getFirst(), port);
    return List.of(
        "-A " + service + " -s rr" + options,
        "-P " + service + " -z " + LAB.lab().peerAddress(),
        "-a " + service + " -r " + server + " --fullnat");
  }

  @AfterParameterizedClassInvocation
  static void end() throws InterruptedException {
    byOption.close();
    byProxy.close();
    reader.close();
  }

  private static Socket connect(int port) throws IOException {
    // A plain Socket would be made when it connects, outside the client's namespace.
    Socket socket = NamespaceCall.in(LAB.lab().client(), SocketChannel::open).socket();
    socket.connect(new InetSocketAddress(LAB.lab().vip(), port), 5000);
    socket.setSoTimeout(30_000);
    return socket;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = in.read(); octet >= 0 && octet != '\n'; octet = in.read()) {
      line.append((char) octet);
    }
    return line.toString();
  }

  private static void say(Socket socket, String line) throws IOException {
    socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @ValueSource(ints = {BY_OPTION, BY_PROXY})
  void theServerKnowsTheClientBeforeItSaysAnything(int port) throws IOException {
    for (int i = 0; i < 20; i++) {
      try (Socket socket = connect(port)) {
        String expected = LAB.lab().clientAddress() + " " + socket.getLocalPort();

        assertEquals(expected, line(socket.getInputStream()));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {BY_OPTION, BY_PROXY})
  void downloadsArriveBitForBit(int port) throws IOException {
    try (Socket socket = connect(port)) {
      InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      line(in);
      say(socket, "down " + BYTES);

      MessageDigest digest = Payload.sha256();
      try (var digested = new DigestInputStream(in, digest)) {
        assertEquals(BYTES, digested.transferTo(OutputStream.nullOutputStream()));
      }

      assertEquals(Payload.sha256(BYTES, IntroducedServer.SEED), Payload.hex(digest));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {BY_OPTION, BY_PROXY})
  void uploadsArriveBitForBit(int port) throws IOException {
    try (Socket socket = connect(port)) {
      line(socket.getInputStream());
      say(socket, "up " + BYTES);
      Payload.write(socket.getOutputStream(), BYTES, 5);

      assertEquals(Payload.sha256(BYTES, 5), line(socket.getInputStream()));
    }
  }

  /** The client's first words come with its ACK or just behind it, before the server has spoken. */
  @ParameterizedTest
  @ValueSource(ints = {BY_OPTION, BY_PROXY})
  void aClientMaySpeakAtOnce(int port) throws IOException {
    for (int i = 0; i < 20; i++) {
      try (Socket socket = connect(port)) {
        say(socket, "up 3000\n" + "x".repeat(2999));
        String expected = LAB.lab().clientAddress() + " " + socket.getLocalPort();

        assertEquals(expected, line(socket.getInputStream()));
        assertEquals(64, line(socket.getInputStream()).length());
      }
    }
  }

  @Test
  void nginxKnowsTheClient() {
    String url = "http://" + Lab.endpoint(LAB.lab().vip(), NGINX) + "/client";
    String[] command = {"curl", "-sS", "--max-time", "5", "-w", "%{local_ip} %{local_port}", url};
    for (int i = 0; i < 5; i++) {
      List<String> lines = LAB.lab().client().run(command).out().lines().toList();

      assertTrue(lines.getFirst().startsWith(LAB.lab().clientAddress() + " "), lines.getFirst());
      assertEquals(lines.getFirst(), lines.getLast());
      assertEquals(2, lines.size());
    }
  }

  @Test
  void everySegmentFoundRoomForItsNews() {
    String counters = LAB.director().read("/counters");

    assertTrue(counters.contains("\"forwarded_unintroduced\":0"), counters);
  }
}
