package jvs.director.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import jvs.director.conformance.Step.Emitted;
import org.junit.jupiter.api.Test;

/** What is not compared, and that nothing else is left out. */
class FreeBytesTest {
  private static final int IP_ID = 18;
  private static final int IP_CHECKSUM = 24;
  private static final int GUE_PORT = 34;

  private static Step.Send step(String name, int index) {
    return (Step.Send) Recordings.oneCase("packets.jsonl.gz", name).steps().get(index);
  }

  /** The frames that the kernel sent, each changed. */
  private static List<Emitted> changed(Step.Send step, UnaryOperator<byte[]> change) {
    List<Emitted> emitted = new ArrayList<>();
    for (Emitted one : step.emitted()) {
      emitted.add(new Emitted(one.side(), Frame.of(change.apply(one.frame().octets()))));
    }
    return emitted;
  }

  private static List<Divergence> compare(Step.Send step, List<Emitted> ours) {
    Findings findings = new Findings();
    findings.at(1, step);
    new FrameComparison(step, findings).compare(step.emitted(), ours);
    return findings.toList();
  }

  private static byte[] add(byte[] octets, int offset, int value) {
    octets[offset + 1] += (byte) value;
    return octets;
  }

  /** Another id, and the checksum that goes with it. */
  private static byte[] withNextId(byte[] octets) {
    return add(add(octets, IP_ID, 1), IP_CHECKSUM, -1);
  }

  @Test
  void idOfAnErrorIsFree() {
    Step.Send step = step("noservice", 2);

    assertEquals(List.of(), compare(step, changed(step, FreeBytesTest::withNextId)));
  }

  @Test
  void checksumBesideAFreeIdIsNot() {
    Step.Send step = step("noservice", 2);

    List<Divergence> divergences = compare(step, changed(step, octets -> add(octets, IP_ID, 1)));

    assertTrue(divergences.toString().contains("IP checksum"), divergences::toString);
  }

  @Test
  void idOfAForwardedPacketIsNotFree() {
    Step.Send step = step("udp-nat", 2);

    List<Divergence> divergences = compare(step, changed(step, FreeBytesTest::withNextId));

    assertTrue(divergences.toString().contains("IP id"), divergences::toString);
  }

  @Test
  void sourcePortOfGueIsFreeInTheLocalRange() {
    Step.Send step = step("udp-gue", 2);

    assertEquals(List.of(), compare(step, changed(step, octets -> withPort(octets, 32768))));
    assertEquals(List.of(), compare(step, changed(step, octets -> withPort(octets, 60999))));
    assertFalse(compare(step, changed(step, octets -> withPort(octets, 61000))).isEmpty());
  }

  private static byte[] withPort(byte[] octets, int port) {
    octets[GUE_PORT] = (byte) (port >> 8);
    octets[GUE_PORT + 1] = (byte) port;
    return octets;
  }

  @Test
  void checksumOfGueHasToBeRightForItsPort() {
    Step.Send step = step("udp-guecsum", 2);

    List<Divergence> divergences = compare(step, changed(step, octets -> withPort(octets, 40000)));

    assertTrue(divergences.toString().contains("UDP checksum"), divergences::toString);
  }

  @Test
  void fragmentsKeepTheirIdInCommon() {
    Step.Send step = fragmentsOfATunnel();
    List<Emitted> ours = changed(step, FreeBytesTest::withNextId);
    List<Emitted> torn = new ArrayList<>(ours);
    Emitted last = ours.getLast();
    torn.set(
        torn.size() - 1, new Emitted(last.side(), Frame.of(withNextId(last.frame().octets()))));

    assertEquals(List.of(), compare(step, ours));
    assertTrue(compare(step, torn).toString().contains("as in the fragment before"));
  }

  private static Step.Send fragmentsOfATunnel() {
    return Recordings.oneCase("packets.jsonl.gz", "mtu1000-ipip-pmtudisc0").steps().stream()
        .filter(Step.Send.class::isInstance)
        .map(Step.Send.class::cast)
        .filter(send -> send.emitted().size() == 2)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void flowLabelOfAForwardedPacketIsNotFree() {
    Step.Send request = step("udp6-nat", 2);
    Step.Send error = step("udp6-nat", 28);

    assertFalse(compare(request, changed(request, octets -> add(octets, 16, 1))).isEmpty());
    assertEquals("fd00::1", error.emitted().getFirst().frame().fields().source());
    assertEquals(List.of(), compare(error, changed(error, octets -> add(octets, 16, 1))));
  }
}
