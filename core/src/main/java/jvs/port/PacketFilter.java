package jvs.port;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Makes the socket filter that lets only frames which concern the director be copied to its ring.
 *
 * <pre>
 * to another host's MAC?  ─► no
 * ARP, ND                 ─► if wanted
 * IP to a service         ─► its ports; ICMP and following fragments always
 * IP from a server        ─► its ports; ICMP and fragments always
 * ICMP errors             ─► yes: only the packet inside says whom they concern
 * </pre>
 *
 * <p>Any thread. By then the kernel has taken 802.1Q tags out of the frame, so tagged frames match
 * too; frames with two tags do not. Addresses are searched by halving and services with the same
 * ports share code, so that a thousand services fit. The filter may let too much through, never too
 * little: the worker looks at everything again.
 */
public final class PacketFilter {
  private static final int ETHERNET = 14;
  private static final int PKTTYPE = BpfAssembler.ABOUT + 4;
  private static final int OTHERHOST = 3;
  private static final int TYPE_IPV4 = 0x0800;
  private static final int TYPE_IPV6 = 0x86dd;
  private static final int TYPE_ARP = 0x0806;
  private static final int ICMP = 1;
  private static final int ICMPV6 = 58;
  private static final int[] PROTOCOLS_WITH_PORTS = {6, 17, 132};

  /** ESP and AH: their endpoints have port 0. */
  private static final int[] WHOLE_PROTOCOLS = {50, 51};

  private static final int FRAGMENT_OFFSET = 0x1fff;

  /** More fragments follow, or this one follows others. */
  private static final int FRAGMENT = 0x3fff;

  private final BpfAssembler assembler = new BpfAssembler();
  private final FilterRules rules;
  private final int accept = assembler.label();
  private final int reject = assembler.label();

  private PacketFilter(FilterRules rules) {
    this.rules = rules;
  }

  /** The program for these rules, or one that takes all IP if that would be too long. */
  public static BpfProgram program(FilterRules rules) {
    BpfProgram program = new PacketFilter(rules).write();
    if (program == null) {
      program =
          new PacketFilter(new FilterRules(Set.of(), Set.of(), rules.takesNeighbours(), true))
              .write();
    }
    if (program == null) {
      throw new IllegalStateException("a filter without addresses is too long");
    }
    return program;
  }

  private @Nullable BpfProgram write() {
    int ipv4 = assembler.label();
    int ipv6 = assembler.label();
    assembler.add(BpfAssembler.LD_W, PKTTYPE);
    assembler.jump(BpfAssembler.JEQ, OTHERHOST, reject, BpfAssembler.NEXT);
    assembler.add(BpfAssembler.LD_H, 12);
    assembler.jump(BpfAssembler.JEQ, TYPE_IPV4, ipv4, BpfAssembler.NEXT);
    assembler.jump(BpfAssembler.JEQ, TYPE_IPV6, ipv6, BpfAssembler.NEXT);
    assembler.jump(BpfAssembler.JEQ, TYPE_ARP, rules.takesNeighbours() ? accept : reject, reject);
    assembler.place(ipv4);
    if (rules.takesAllIp()) {
      assembler.place(ipv6);
      assembler.jump(accept);
    } else {
      writeV4();
      assembler.place(ipv6);
      writeV6();
    }
    assembler.place(reject);
    assembler.add(BpfAssembler.RETURN, 0);
    assembler.place(accept);
    assembler.add(BpfAssembler.RETURN, -1);
    return assembler.assemble();
  }

  private void writeV4() {
    int sources = assembler.label();
    int errors = assembler.label();
    matchV4(ETHERNET + 16, 2, FRAGMENT_OFFSET, rules.services(), sources);
    assembler.place(sources);
    matchV4(ETHERNET + 12, 0, FRAGMENT, rules.servers(), errors);
    assembler.place(errors);
    assembler.add(BpfAssembler.LD_B, ETHERNET + 9);
    assembler.jump(BpfAssembler.JEQ, ICMP, BpfAssembler.NEXT, reject);
    assembler.add(BpfAssembler.LD_H, ETHERNET + 6);
    assembler.jump(BpfAssembler.JSET, FRAGMENT_OFFSET, reject, BpfAssembler.NEXT);
    assembler.add(BpfAssembler.LDX_IP_HEADER_LENGTH, ETHERNET);
    assembler.add(BpfAssembler.LD_B_INDEXED, ETHERNET);
    // Destination unreachable, source quench, time exceeded, parameter problem.
    for (int type : new int[] {3, 4, 11, 12}) {
      assembler.jump(BpfAssembler.JEQ, type, accept, BpfAssembler.NEXT);
    }
    assembler.jump(reject);
  }

  private void matchV4(
      int addressOffset, int portOffset, int fragment, Set<Endpoint> endpoints, int none) {
    Map<NavigableMap<Integer, NavigableSet<Integer>>, Integer> blocks = new HashMap<>();
    assembler.searchV4(addressOffset, labels(endpoints, true, blocks), none);
    blocks.forEach(
        (ports, label) -> {
          assembler.place(label);
          assembler.add(BpfAssembler.LD_H, ETHERNET + 6);
          assembler.jump(BpfAssembler.JSET, fragment, accept, BpfAssembler.NEXT);
          assembler.add(BpfAssembler.LDX_IP_HEADER_LENGTH, ETHERNET);
          assembler.add(BpfAssembler.LD_B, ETHERNET + 9);
          assembler.jump(BpfAssembler.JEQ, ICMP, accept, BpfAssembler.NEXT);
          matchPorts(ports, none, none, BpfAssembler.LD_H_INDEXED, ETHERNET + portOffset);
        });
  }

  private void writeV6() {
    int sources = assembler.label();
    int errors = assembler.label();
    matchV6(ETHERNET + 24, 2, rules.services(), sources);
    assembler.place(sources);
    matchV6(ETHERNET + 8, 0, rules.servers(), errors);
    assembler.place(errors);
    assembler.add(BpfAssembler.LD_B, ETHERNET + 6);
    assembler.jump(BpfAssembler.JEQ, ICMPV6, BpfAssembler.NEXT, reject);
    assembler.add(BpfAssembler.LD_B, ETHERNET + 40);
    if (rules.takesNeighbours()) {
      // Neighbour solicitation and advertisement.
      assembler.jump(BpfAssembler.JEQ, 135, accept, BpfAssembler.NEXT);
      assembler.jump(BpfAssembler.JEQ, 136, accept, BpfAssembler.NEXT);
    }
    // Types 1 to 4 are the errors.
    assembler.jump(BpfAssembler.JGT, 4, reject, BpfAssembler.NEXT);
    assembler.jump(BpfAssembler.JGT, 0, accept, reject);
  }

  private void matchV6(int addressOffset, int portOffset, Set<Endpoint> endpoints, int none) {
    Map<NavigableMap<Integer, NavigableSet<Integer>>, Integer> blocks = new HashMap<>();
    assembler.searchV6(addressOffset, labels(endpoints, false, blocks), none);
    blocks.forEach(
        (ports, label) -> {
          assembler.place(label);
          assembler.add(BpfAssembler.LD_B, ETHERNET + 6);
          // Extension headers, fragments and ICMPv6: not looked into here.
          matchPorts(ports, none, accept, BpfAssembler.LD_H, ETHERNET + 40 + portOffset);
        });
  }

  /** With the protocol in the accumulator: accepts its ports, else {@code none}. */
  private void matchPorts(
      NavigableMap<Integer, NavigableSet<Integer>> portsByProtocol,
      int none,
      int otherProtocol,
      int loadCode,
      int portOffset) {
    Map<Integer, Integer> labels = new TreeMap<>();
    for (int protocol : PROTOCOLS_WITH_PORTS) {
      NavigableSet<Integer> ports = portsByProtocol.get(protocol);
      int label = none;
      if (ports != null) {
        label = ports.contains(0) ? accept : assembler.label();
        labels.put(protocol, label);
      }
      assembler.jump(BpfAssembler.JEQ, protocol, label, BpfAssembler.NEXT);
    }
    for (int protocol : WHOLE_PROTOCOLS) {
      if (portsByProtocol.containsKey(protocol)) {
        assembler.jump(BpfAssembler.JEQ, protocol, accept, BpfAssembler.NEXT);
      }
    }
    assembler.jump(otherProtocol);
    labels.forEach(
        (protocol, label) -> {
          if (label != accept) {
            assembler.place(label);
            assembler.add(loadCode, portOffset);
            NavigableMap<Integer, Integer> values = new TreeMap<>();
            portsByProtocol
                .getOrDefault(protocol, new TreeSet<>())
                .forEach(p -> values.put(p, accept));
            assembler.search(values, none);
          }
        });
  }

  /** A label for each address; those with the same ports have the same one. */
  private SortedMap<IpAddress, Integer> labels(
      Set<Endpoint> endpoints,
      boolean isV4,
      Map<NavigableMap<Integer, NavigableSet<Integer>>, Integer> blocks) {
    SortedMap<IpAddress, NavigableMap<Integer, NavigableSet<Integer>>> ports =
        new TreeMap<>(Comparator.naturalOrder());
    for (Endpoint endpoint : endpoints) {
      if (endpoint.address().isV4() == isV4) {
        ports
            .computeIfAbsent(endpoint.address(), _ -> new TreeMap<>())
            .computeIfAbsent(endpoint.protocol(), _ -> new TreeSet<>())
            .add(endpoint.port());
      }
    }
    SortedMap<IpAddress, Integer> labels = new TreeMap<>();
    ports.forEach(
        (address, map) -> labels.put(address, blocks.computeIfAbsent(map, _ -> assembler.label())));
    return labels;
  }
}
