package jvs.director.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import jvs.director.daemon.PortChoice.Kind;
import jvs.director.kernel.XdpFeatures;
import jvs.port.xdp.XdpMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PortPlanTest {
  private static final PortChoice AUTO = PortChoice.of(Kind.auto);
  private static final InterfaceFacts CARD = card("ens1", 1500, true);
  private static final InterfaceFacts VETH =
      new InterfaceFacts(
          "veth0",
          "veth",
          false,
          1,
          1500,
          List.of("tx", "tso"),
          new XdpFeatures(true, true, false));

  private static InterfaceFacts card(String name, int mtu, boolean isNative) {
    XdpFeatures xdp = new XdpFeatures(true, isNative, isNative);
    return new InterfaceFacts(name, "ice", true, 4, mtu, List.of("rx"), xdp);
  }

  @Test
  void takesAfXdpWhereEveryDriverRunsThePrograms() {
    assertEquals(Kind.afxdp, PortPlan.of(List.of(CARD, CARD), AUTO, true).kind());
  }

  @ParameterizedTest
  @CsvSource({
    "true, veth0, 1500, true, veth0 is no real card (veth)",
    "false, ens1, 1500, true, afxdp needs CAP_BPF",
    "true, ens1, 9000, true, ens1's driver runs no XDP program at MTU 9000",
    "true, ens1, 1500, false, ens1's driver runs no XDP program at MTU 1500",
  })
  void takesAfPacketElsewhereAndSaysWhy(
      boolean mayLoad, String name, int mtu, boolean isNative, String reason) {
    InterfaceFacts second = name.equals("veth0") ? VETH : card(name, mtu, isNative);

    PortPlan plan = PortPlan.of(List.of(CARD, second), AUTO, mayLoad);

    assertEquals(Kind.afpacket, plan.kind());
    assertTrue(plan.reason().startsWith(reason), plan.reason());
  }

  @Test
  void obeys() {
    assertEquals(Kind.pcap, PortPlan.of(List.of(CARD), PortChoice.of(Kind.pcap), true).kind());
  }

  @Test
  void explainsEveryInterfaceAndKind() {
    String text = new PortTable(PortPlan.of(List.of(CARD, VETH), AUTO, true)).text();

    assertTrue(
        text.contains("ens1       ice     card      4       1500  zero-copy native skb  rx\n"),
        text);
    assertTrue(
        text.contains(
            "ens1       afxdp           1.3   native, zero-copy, 4 queues, all workers\n"),
        text);
    assertTrue(text.contains("veth0      afxdp           1.2   skb mode, copying, 1 queue"), text);
    assertTrue(text.contains("ethtool -K NAME tx off"), text);
    assertTrue(text.endsWith("passes its super-frames whole.\n"), text);
  }

  @Test
  void readsKindsAndSettings() {
    assertEquals(
        new PortChoice(Kind.afpacket, false, false, XdpMode.AUTO), PortChoice.parse("packet"));
    assertEquals(
        new PortChoice(Kind.afpacket, false, true, XdpMode.AUTO),
        PortChoice.parse("afpacket,rx=v2,qdisc=bypass"));
    assertEquals(
        new PortChoice(Kind.afxdp, false, false, XdpMode.NATIVE),
        PortChoice.parse("afxdp,mode=native"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "xdp", "afxdp,", "afxdp,qdisc=bypass", "pcap,mode=skb", "auto,mode=skb"})
  void refusesOthers(String text) {
    assertThrows(IllegalArgumentException.class, () -> PortChoice.parse(text));
  }
}
