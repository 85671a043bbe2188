package jvs.port;

import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import jvs.wire.IpAddress;

/**
 * Chooses the worker of a frame by its client's end, so that both directions of a connection meet
 * on one worker: the source of what comes to a service, the destination of what a server replies.
 *
 * <p>A packet to a VIP comes from a client; a packet from a server to somebody else goes to one;
 * everything else comes from one. All fragments of a packet go to one worker (address only), which
 * may not be the connection's: {@link #member} says whose they are. ICMP goes by address too.
 * Kernel IPVS hashes the client's end likewise (ip_vs_conn_hashkey). Immutable, any thread.
 *
 * @param vips addresses of the virtual services
 * @param servers addresses of the real servers whose replies pass through
 * @param localAddresses where FULLNAT connections come from: what servers send there is for the
 *     member that is the port's remainder of the division by the number of members
 * @param usesPorts false if all connections of a client are to meet (persistence)
 * @param seed random number of this start, so that nobody can aim at one worker
 */
public record FanoutProgram(
    Set<IpAddress> vips,
    Set<IpAddress> servers,
    Set<IpAddress> localAddresses,
    boolean usesPorts,
    int seed) {
  /** Ports of local addresses, all others are the host's. */
  private static final int FIRST_LOCAL_PORT = 1024;

  private static final int LAST_LOCAL_PORT = 32767;

  /** What addresses are multiplied by: odd, with well mixed bits (MurmurHash3). */
  public static final int ADDRESS_FACTOR = 0x85eb_ca6b;

  /** What ports are multiplied by: odd, with well mixed bits (the golden ratio). */
  public static final int PORT_FACTOR = 0x9e37_79b1;

  /**
   * Bits of the hash that are left out: Linux gives clients ports of one parity, so the low ones
   * say little. The remainder of a division of the others by the number of members is the member.
   */
  public static final int SHIFT = 16;

  /** SKF_NET_OFF: offsets count from the IP header, wherever it is. */
  private static final int IP = -0x10_0000;

  private static final int PROTOCOL = BpfAssembler.ABOUT;
  private static final int FRAGMENT = 0x3fff;
  private static final int[] PROTOCOLS_WITH_PORTS = {6, 17, 132};

  /** Copies the sets. */
  public FanoutProgram {
    vips = Set.copyOf(vips);
    servers = Set.copyOf(servers);
    localAddresses = Set.copyOf(localAddresses);
  }

  /**
   * The member that gets a client's frames.
   *
   * @param address the client's address, folded ({@link IpAddress#folded})
   * @param port the client's port; 0 for fragments and ICMP
   * @param members size of the group
   */
  public int member(int address, int port, int members) {
    int hash = address ^ seed;
    if (usesPorts) {
      hash ^= port * PORT_FACTOR;
    }
    return (hash * ADDRESS_FACTOR >>> SHIFT) % members;
  }

  /**
   * The program for the kernel.
   *
   * @throws IllegalArgumentException if there are too many addresses (about 2000 of IPv4)
   */
  public BpfProgram program() {
    BpfAssembler assembler = new BpfAssembler();
    int ipv4 = assembler.label();
    int ipv6 = assembler.label();
    assembler.add(BpfAssembler.LD_W, PROTOCOL);
    assembler.jump(BpfAssembler.JEQ, 0x0800, ipv4, BpfAssembler.NEXT);
    assembler.jump(BpfAssembler.JEQ, 0x86dd, ipv6, BpfAssembler.NEXT);
    assembler.add(BpfAssembler.RETURN, 0);
    assembler.place(ipv4);
    write(assembler, true);
    assembler.place(ipv6);
    write(assembler, false);
    BpfProgram program = assembler.assemble();
    if (program == null) {
      throw new IllegalArgumentException(
          vips.size() + " VIPs and " + servers.size() + " servers are too many for a fanout");
    }
    return program;
  }

  private void write(BpfAssembler assembler, boolean isV4) {
    int source = IP + (isV4 ? 12 : 8);
    int destination = IP + (isV4 ? 16 : 24);
    int toVip = assembler.label();
    int fromServer = assembler.label();
    int notToVip = assembler.label();
    int toLocal = assembler.label();
    int byPort = assembler.label();
    int other = assembler.label();
    search(assembler, isV4, destination, localAddresses, toLocal, other);
    assembler.place(toLocal);
    search(assembler, isV4, source, servers, byPort, other);
    assembler.place(byPort);
    returnPort(assembler, isV4, other);
    assembler.place(other);
    search(assembler, isV4, destination, vips, toVip, notToVip);
    assembler.place(notToVip);
    search(assembler, isV4, source, servers, fromServer, toVip);
    assembler.place(fromServer);
    hash(assembler, isV4, destination, 2);
    assembler.place(toVip);
    hash(assembler, isV4, source, 0);
  }

  /** Returns the destination's port, or jumps if the packet has none that is a connection's. */
  private static void returnPort(BpfAssembler assembler, boolean isV4, int none) {
    int hasPorts = assembler.label();
    jumpIfPorts(assembler, isV4, hasPorts, none);
    assembler.place(hasPorts);
    loadPort(assembler, isV4, 2);
    assembler.jump(BpfAssembler.JGT, LAST_LOCAL_PORT, none, BpfAssembler.NEXT);
    int tooLow = assembler.label();
    assembler.jump(BpfAssembler.JGT, FIRST_LOCAL_PORT - 1, BpfAssembler.NEXT, tooLow);
    assembler.add(BpfAssembler.RETURN_A, 0);
    assembler.place(tooLow);
    assembler.jump(none);
  }

  private static void search(
      BpfAssembler assembler,
      boolean isV4,
      int offset,
      Set<IpAddress> addresses,
      int found,
      int none) {
    SortedMap<IpAddress, Integer> labels = new TreeMap<>();
    addresses.forEach(address -> labels.put(address, found));
    if (isV4) {
      assembler.searchV4(offset, labels, none);
    } else {
      assembler.searchV6(offset, labels, none);
    }
  }

  private void hash(BpfAssembler assembler, boolean isV4, int address, int portOffset) {
    int addressOnly = assembler.label();
    assembler.add(BpfAssembler.LD_CONSTANT, 0);
    assembler.add(BpfAssembler.TAX, 0);
    if (usesPorts) {
      multiplyPort(assembler, isV4, portOffset, addressOnly);
    }
    assembler.place(addressOnly);
    if (isV4) {
      assembler.add(BpfAssembler.LD_W, address);
    } else {
      fold(assembler, address);
    }
    assembler.add(BpfAssembler.XOR_X, 0);
    assembler.add(BpfAssembler.XOR, seed);
    assembler.add(BpfAssembler.MUL, ADDRESS_FACTOR);
    assembler.add(BpfAssembler.RSH, SHIFT);
    assembler.add(BpfAssembler.RETURN_A, 0);
  }

  /** Leaves the multiplied port in X, where there was 0; jumps if the packet has none. */
  private static void multiplyPort(
      BpfAssembler assembler, boolean isV4, int portOffset, int addressOnly) {
    int hasPorts = assembler.label();
    jumpIfPorts(assembler, isV4, hasPorts, addressOnly);
    assembler.place(hasPorts);
    loadPort(assembler, isV4, portOffset);
    assembler.add(BpfAssembler.MUL, PORT_FACTOR);
    assembler.add(BpfAssembler.TAX, 0);
  }

  private static void jumpIfPorts(BpfAssembler assembler, boolean isV4, int hasPorts, int none) {
    if (isV4) {
      assembler.add(BpfAssembler.LD_H, IP + 6);
      assembler.jump(BpfAssembler.JSET, FRAGMENT, none, BpfAssembler.NEXT);
    }
    assembler.add(BpfAssembler.LD_B, IP + (isV4 ? 9 : 6));
    for (int protocol : PROTOCOLS_WITH_PORTS) {
      assembler.jump(BpfAssembler.JEQ, protocol, hasPorts, BpfAssembler.NEXT);
    }
    assembler.jump(none);
  }

  private static void loadPort(BpfAssembler assembler, boolean isV4, int portOffset) {
    if (isV4) {
      assembler.add(BpfAssembler.LD_B, IP);
      assembler.add(BpfAssembler.AND, 0xf);
      assembler.add(BpfAssembler.LSH, 2);
      assembler.add(BpfAssembler.TAX, 0);
      assembler.add(BpfAssembler.LD_H_INDEXED, IP + portOffset);
    } else {
      assembler.add(BpfAssembler.LD_H, IP + 40 + portOffset);
    }
  }

  /** Leaves the XOR of four words in the accumulator and X as it was. */
  private static void fold(BpfAssembler assembler, int address) {
    assembler.add(BpfAssembler.STORE_X, 0);
    assembler.add(BpfAssembler.LD_W, address);
    for (int word = 4; word < 16; word += 4) {
      assembler.add(BpfAssembler.TAX, 0);
      assembler.add(BpfAssembler.LD_W, address + word);
      assembler.add(BpfAssembler.XOR_X, 0);
    }
    assembler.add(BpfAssembler.LDX_MEMORY, 0);
  }
}
