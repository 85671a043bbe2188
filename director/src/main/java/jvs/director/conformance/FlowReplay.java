package jvs.director.conformance;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jvs.director.conformance.Step.Emitted;
import jvs.wire.IpAddress;
import jvs.wire.TcpHeader;
import org.jspecify.annotations.Nullable;

/**
 * The steps of scheduler recordings, which tell of flows instead of frames: opens, establishes and
 * ends flows and looks at the server that each was given. One thread, one case.
 */
final class FlowReplay {
  private static final int CLIENT_SEQUENCE = 1000;
  private static final int SERVER_SEQUENCE = 5000;
  private static final int SYN_ACK = TcpHeader.SYN | TcpHeader.ACK;
  private static final int FIN_ACK = TcpHeader.FIN | TcpHeader.ACK;

  private final ReplayedDirector director;
  private final boolean repliesPass;
  private final Findings findings;

  FlowReplay(ReplayedDirector director, boolean repliesPass, Findings findings) {
    this.director = director;
    this.repliesPass = repliesPass;
    this.findings = findings;
  }

  /** Runs a step and compares server and counts. */
  void run(Step.Flow step) {
    switch (step.op()) {
      case "new" -> open(step);
      case "est" -> {
        reply(step, SERVER_SEQUENCE, CLIENT_SEQUENCE + 1, SYN_ACK);
        request(step, CLIENT_SEQUENCE + 1, SERVER_SEQUENCE + 1, TcpHeader.ACK);
      }
      case "fin" -> {
        request(step, CLIENT_SEQUENCE + 1, SERVER_SEQUENCE + 1, FIN_ACK);
        reply(step, SERVER_SEQUENCE + 1, CLIENT_SEQUENCE + 2, FIN_ACK);
        request(step, CLIENT_SEQUENCE + 2, SERVER_SEQUENCE + 2, TcpHeader.ACK);
      }
      default -> request(step, CLIENT_SEQUENCE + 1, 0, TcpHeader.RST);
    }
    compareCounts(step);
  }

  private void open(Step.Flow step) {
    boolean isTcp = step.protocol() == TcpHeader.PROTOCOL;
    Frame frame =
        isTcp
            ? FlowFrames.request(step.client(), step.virtual(), CLIENT_SEQUENCE, 0, TcpHeader.SYN)
            : FlowFrames.datagram(step.client(), step.virtual());
    director.receive(Side.CLIENT, frame);
    List<Frame> forwarded =
        director.takeEmitted().stream()
            .filter(one -> one.side() == Side.SERVER)
            .map(Emitted::frame)
            .toList();
    String subject = step.client() + " > " + step.virtual() + " server";
    String chosen =
        switch (forwarded.size()) {
          case 0 -> "none";
          case 1 -> chosen(forwarded.getFirst(), step);
          default -> forwarded.size() + " frames";
        };
    String expected = step.server() == null ? "none" : step.server().toString();
    if (!chosen.equals(expected)) {
      findings.add(subject, expected, chosen);
    }
  }

  /** NAT shows in the address, a tunnel too, direct routing in the hardware address. */
  private static String chosen(Frame frame, Step.Flow step) {
    FrameFields fields = frame.fields();
    if (fields.destination().isEmpty()) {
      return frame.toString();
    }
    boolean isV4 = step.virtual().address().isV4();
    IpAddress destination = IpAddress.parse(fields.destination());
    int port = step.virtual().port();
    if (destination.equals(step.virtual().address())) {
      String mac = fields.get("Ethernet destination").replace(":", "");
      destination = TestBed.serverOf(Long.parseLong(mac, 16), isV4);
    } else {
      String transport = step.protocol() == TcpHeader.PROTOCOL ? "TCP" : "UDP";
      String translated = fields.get(transport + " destination port");
      boolean isTunnel =
          !fields.get("inner IP version").isEmpty() || !fields.get("inner IP6 version").isEmpty();
      port = isTunnel || translated.isEmpty() ? port : Integer.parseInt(translated);
    }
    return new Endpoint(destination, port).toString();
  }

  private void request(Step.Flow step, int sequence, int acknowledgment, int flags) {
    director.receive(
        Side.CLIENT,
        FlowFrames.request(step.client(), step.virtual(), sequence, acknowledgment, flags));
    director.forgetEmitted();
  }

  private void reply(Step.Flow step, int sequence, int acknowledgment, int flags) {
    Endpoint server = step.server();
    if (!repliesPass || server == null) {
      return;
    }
    director.receive(
        Side.SERVER, FlowFrames.reply(server, step.client(), sequence, acknowledgment, flags));
    director.forgetEmitted();
  }

  private void compareCounts(Step.Flow step) {
    @Nullable Map<Endpoint, List<Integer>> expected = step.counts();
    if (expected == null) {
      return;
    }
    Map<Endpoint, List<Integer>> counts = new LinkedHashMap<>();
    for (ServerRow row : director.servers()) {
      counts.put(row.server(), List.of(row.weight(), row.active(), row.inactive()));
    }
    expected.forEach(
        (server, numbers) -> {
          List<Integer> ours = counts.remove(server);
          if (!numbers.equals(ours)) {
            findings.add(
                server + " [weight, active, inactive]",
                numbers.toString(),
                ours == null ? "no such server" : ours.toString());
          }
        });
    counts.forEach(
        (server, ours) -> findings.add(server.toString(), "no such server", ours.toString()));
  }
}
