package jvs.director.daemon;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Says what each kind of port would mean on this host: {@code --explain-port}. */
final class PortTable {
  // Of minimal forwarders on a quiet machine with veth pairs, before there was a pipeline.
  private static final String NATIVE_COST = "1.3";
  private static final String SKB_COST = "1.2";
  private static final String PACKET_COST = "1.8";
  private static final String BLOCKS_COST = "1.5";
  private static final String BLOCKS_MEANING =
      "the same in blocks, each up to 1 ms late: for throughput, and only when asked for";
  private static final String PCAP_COST = "2.7";

  private final PortPlan plan;

  PortTable(PortPlan plan) {
    this.plan = plan;
  }

  /** The whole text, lines ending in newlines. */
  String text() {
    List<List<String>> interfaces = new ArrayList<>();
    interfaces.add(List.of("interface", "driver", "device", "queues", "mtu", "XDP", "offloads on"));
    for (InterfaceFacts f : plan.interfaces()) {
      interfaces.add(
          List.of(
              f.name(),
              f.driver(),
              f.isHardware() ? "card" : "software",
              "" + f.queues(),
              "" + f.mtu(),
              f.xdpModes(),
              String.join(" ", f.offloads())));
    }
    List<List<String>> ports = new ArrayList<>();
    ports.add(List.of("interface", "--port", "cost", "what it would mean"));
    for (InterfaceFacts f : plan.interfaces()) {
      ports.add(List.of(f.name(), "afxdp", xdpCost(f), xdpMeaning(f)));
      ports.add(List.of(f.name(), "afpacket", PACKET_COST, packetMeaning(f)));
      ports.add(List.of(f.name(), "afpacket,rx=v3", BLOCKS_COST, BLOCKS_MEANING));
      ports.add(List.of(f.name(), "pcap", PCAP_COST, pcapMeaning(f)));
    }
    return columns(interfaces)
        + "\n"
        + columns(ports)
        + "\n"
        + "Cost: processor time of the whole machine for a packet of 64 bytes, nftables DNAT = 1,"
        + " as measured\n"
        + "with the port and nothing behind it; 'jvs bench wire' measures all of it on this"
        + " machine.\n\n"
        + "Chosen: "
        + plan.kind()
        + ", because "
        + plan.reason()
        + ".\n";
  }

  private static boolean isDriver(InterfaceFacts f) {
    return f.isHardware() && f.runsNative();
  }

  private static String xdpCost(InterfaceFacts f) {
    return isDriver(f) ? NATIVE_COST : SKB_COST;
  }

  private static String xdpMeaning(InterfaceFacts f) {
    String all = (f.queues() == 1 ? "1 queue" : f.queues() + " queues") + ", all workers";
    if (isDriver(f)) {
      return "native, " + (f.xdp().isZeroCopy() ? "zero-copy, " : "copying, ") + all;
    }
    String mode = "skb mode, copying, " + all;
    if (f.isHardware()) {
      return mode;
    }
    String peer = f.driver().equals("veth") ? " (there: ethtool -K NAME tx off)" : "";
    return mode + "; finishes unfinished checksums itself, super-frames go by AF_PACKET" + peer;
  }

  private static String packetMeaning(InterfaceFacts f) {
    return f.isHardware()
        ? "works on every driver, all workers"
        : "TCP in super-frames of 64 KiB with all offloads, all workers";
  }

  private static String pcapMeaning(InterfaceFacts f) {
    String off = f.offloads().isEmpty() ? "" : ", switches off " + String.join(" ", f.offloads());
    return "one worker" + off;
  }

  private static String columns(List<List<String>> rows) {
    int count = rows.getFirst().size();
    int[] widths =
        IntStream.range(0, count)
            .map(i -> rows.stream().mapToInt(row -> row.get(i).length()).max().orElse(0))
            .toArray();
    return rows.stream()
        .map(
            row ->
                IntStream.range(0, count)
                    .mapToObj(i -> row.get(i) + " ".repeat(widths[i] - row.get(i).length()))
                    .collect(Collectors.joining("  "))
                    .stripTrailing())
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
