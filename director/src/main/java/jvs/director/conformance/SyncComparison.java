package jvs.director.conformance;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import jvs.director.conformance.Step.Emitted;
import jvs.sync.SyncMessage;
import jvs.wire.Memory;

/**
 * Compares what two sync masters said in a case: entry by entry, to whom, with which id and in
 * which version. When messages leave, and so how many entries are in each, is timing. One case.
 */
final class SyncComparison {
  private final List<String> kernel = new ArrayList<>();
  private final List<String> ours = new ArrayList<>();

  /** Takes the kernel's sync messages out of what it sent, and what its IP stack said about it. */
  List<Emitted> others(List<Emitted> emitted) {
    List<Emitted> others = new ArrayList<>();
    for (Emitted one : emitted) {
      SyncDatagram datagram = SyncDatagram.of(one.frame());
      if (datagram != null) {
        read(one.side().interfaceName(), datagram, kernel);
      } else if (!SyncDatagram.isMembershipReport(one.frame())) {
        others.add(one);
      }
    }
    return others;
  }

  /** Messages of ours. */
  void sent(List<ReplayedSockets.Sent> messages) {
    for (ReplayedSockets.Sent sent : messages) {
      String group = sent.spec().group().toString();
      read(
          sent.spec().interfaceName(),
          new SyncDatagram(group, sent.port(), sent.spec().ttl(), sent.hex()),
          ours);
    }
  }

  private static void read(String link, SyncDatagram datagram, List<String> entries) {
    try (SyncMessage message = new SyncMessage();
        Arena arena = Arena.ofConfined()) {
      byte[] octets = HexFormat.of().parseHex(datagram.hex());
      long address = arena.allocate(Math.max(1, octets.length), 8).address();
      Memory.copy(octets, 0, address, octets.length);
      String to = link + " " + datagram.group() + ":" + datagram.port() + " ttl " + datagram.ttl();
      if (!message.wrap(address, octets.length)) {
        entries.add(to + " malformed " + datagram.hex());
        return;
      }
      String header = to + " id " + message.syncId() + " version " + message.version() + " ";
      while (message.next()) {
        entries.add(header + HexFormat.of().formatHex(message.entry().octets()));
      }
    }
  }

  /** Compares all that was said. */
  void compare(Findings findings) {
    for (int i = 0; i < Math.max(kernel.size(), ours.size()); i++) {
      String theirs = i < kernel.size() ? kernel.get(i) : "nothing";
      String mine = i < ours.size() ? ours.get(i) : "nothing";
      if (!theirs.equals(mine)) {
        findings.add("sync entry " + (i + 1), theirs, mine);
      }
    }
  }
}
