package jvs.port.xdp;

import static jvs.port.xdp.EbpfAssembler.BYTE;
import static jvs.port.xdp.EbpfAssembler.DOUBLE;
import static jvs.port.xdp.EbpfAssembler.HALF;
import static jvs.port.xdp.EbpfAssembler.JUMP_EQUAL;
import static jvs.port.xdp.EbpfAssembler.JUMP_GREATER;
import static jvs.port.xdp.EbpfAssembler.JUMP_LESS;
import static jvs.port.xdp.EbpfAssembler.JUMP_NOT_EQUAL_32;
import static jvs.port.xdp.EbpfAssembler.JUMP_SET;
import static jvs.port.xdp.EbpfAssembler.WORD;

import jvs.port.FanoutProgram;

/**
 * Makes the program that takes the director's packets out of the kernel (XDP), and its twin that
 * keeps the host from them once packet sockets have seen them (tcx).
 *
 * <pre>
 * other MAC, a tag, IP options, a fragment,       ─► on to the kernel, where packet sockets
 *   IPv6 extension header, longer than a chunk       and the host see it
 * from a FULLNAT server to a connection's port    ─► the AF_XDP socket of the frame's queue
 *                                                    and of the worker that has the port;
 *                                                    tcx: dropped
 * to a service                                    ─► likewise, of its source's worker
 * from a server, not to the host                  ─► likewise, of its destination's worker
 * everything else; queues without a socket        ─► on to the kernel
 * </pre>
 *
 * <p>Takes nothing that the host is to see, too: those packets come by the packet socket. Reads
 * {@link RedirectMaps}, so it never changes while it runs.
 */
final class RedirectProgram {
  /** What becomes of other packets: XDP_PASS. */
  private static final int PASS = 2;

  /** TCX_NEXT and TCX_DROP. */
  private static final int NEXT = -1;

  private static final int DROP = 2;

  /** Ports of local addresses, all others are the host's. */
  private static final int FIRST_LOCAL_PORT = 1024;

  private static final int LAST_LOCAL_PORT = 32767;

  private static final int ETHERNET = 14;

  // struct xdp_md
  private static final int XDP_FRAME_BEGIN = 0;
  private static final int XDP_FRAME_END = 4;
  private static final int XDP_QUEUE = 16;

  // struct __sk_buff
  private static final int TCX_FRAME_BEGIN = 76;
  private static final int TCX_FRAME_END = 80;

  /** As {@link FanoutProgram} has it. */
  private static final int[] PROTOCOLS_WITH_PORTS = {6, 17, 132};

  // Registers: results, three for arguments, and four that helpers leave alone.
  private static final int R0 = 0;
  private static final int R1 = 1;
  private static final int R2 = 2;
  private static final int R3 = 3;
  private static final int CONTEXT = 6;
  private static final int FRAME = 7;
  private static final int KINDS = 8;
  private static final int WORKER = 9;
  private static final int STACK = 10;

  /** The key's place in the stack's frame. */
  private static final int KEY = -24;

  private final EbpfAssembler assembler = new EbpfAssembler();
  private final int take = assembler.label();
  private final int pass = assembler.label();
  private final int ends;
  private final int frameEnd;
  private final Steering steering;
  private boolean isV4;

  private RedirectProgram(int ends, int frameEnd, Steering steering) {
    this.ends = ends;
    this.frameEnd = frameEnd;
    this.steering = steering;
  }

  /**
   * The program for an interface.
   *
   * @param mac the interface's own address, in the low 48 bits
   * @param longest bytes of the longest frame that the sockets take
   * @param maps what to look for
   * @param sockets the XSKMAP: all workers' sockets on queue 0, then those on queue 1, ...
   * @param steering whose packets are whose
   * @param unserved what becomes of the director's packets on queues without a socket: XDP_PASS but
   *     in tests
   */
  static long[] instructions(
      long mac, int longest, RedirectMaps maps, int sockets, Steering steering, int unserved) {
    RedirectProgram program = new RedirectProgram(maps.ends(), XDP_FRAME_END, steering);
    program.begin(XDP_FRAME_BEGIN);
    program.requireAtMost(longest);
    program.match(mac, maps.kinds());
    program.redirect(sockets, unserved);
    program.end(PASS);
    return program.assembler.assemble();
  }

  /** The program for an interface; what has no socket goes on to the kernel. */
  static long[] instructions(
      long mac, int longest, RedirectMaps maps, int sockets, Steering steering) {
    return instructions(mac, longest, maps, sockets, steering, PASS);
  }

  /**
   * The program for an interface's ingress that drops what is the director's.
   *
   * @param mac the interface's own address, in the low 48 bits
   * @param maps what to look for
   */
  static long[] dropping(long mac, RedirectMaps maps) {
    RedirectProgram program = new RedirectProgram(maps.ends(), TCX_FRAME_END, Steering.TO_ONE);
    program.begin(TCX_FRAME_BEGIN);
    program.match(mac, maps.kinds());
    program.end(program.take, DROP);
    program.end(NEXT);
    return program.assembler.assemble();
  }

  private void begin(int frameBegin) {
    assembler.move(CONTEXT, R1);
    assembler.load(WORD, FRAME, CONTEXT, frameBegin);
    assembler.load(WORD, R3, CONTEXT, frameEnd);
    requireLength(ETHERNET + 20 + 4);
  }

  private void requireAtMost(int longest) {
    int fits = assembler.label();
    // Not end minus begin: that takes CAP_PERFMON.
    assembler.move(R2, FRAME);
    assembler.addConstant(R2, longest + 1);
    assembler.jumpIfRegister(JUMP_GREATER, R2, R3, fits);
    assembler.jump(pass);
    assembler.place(fits);
  }

  /** Goes to one of the labels. */
  private void match(long mac, int kinds) {
    int ipv4 = assembler.label();
    int ipv6 = assembler.label();
    assembler.load(WORD, R1, FRAME, 0);
    assembler.jumpIf(JUMP_NOT_EQUAL_32, R1, Integer.reverseBytes((int) (mac >>> 16)), pass);
    assembler.load(HALF, R1, FRAME, 4);
    assembler.fromNetwork16(R1);
    assembler.jumpIf(JUMP_NOT_EQUAL_32, R1, (int) mac & 0xffff, pass);
    loadKinds(kinds);
    assembler.load(HALF, R1, FRAME, 12);
    assembler.fromNetwork16(R1);
    assembler.jumpIf(JUMP_EQUAL, R1, 0x0800, ipv4);
    assembler.jumpIf(JUMP_EQUAL, R1, 0x86dd, ipv6);
    assembler.jump(pass);
    assembler.place(ipv4);
    isV4 = true;
    writeV4();
    assembler.place(ipv6);
    isV4 = false;
    writeV6();
  }

  /** Passes frames that are shorter; R3 is their end. */
  private void requireLength(int bytes) {
    assembler.move(R2, FRAME);
    assembler.addConstant(R2, bytes);
    assembler.jumpIfRegister(JUMP_GREATER, R2, R3, pass);
  }

  private void loadKinds(int kinds) {
    assembler.storeConstant(WORD, STACK, KEY, 0);
    assembler.move(R2, STACK);
    assembler.addConstant(R2, KEY);
    assembler.loadMap(R1, kinds);
    assembler.call(EbpfAssembler.MAP_LOOKUP_ELEM);
    assembler.jumpIf(JUMP_EQUAL, R0, 0, pass);
    assembler.load(WORD, KINDS, R0, 0);
  }

  private void writeV4() {
    // Version 4 without options.
    assembler.load(BYTE, R1, FRAME, ETHERNET);
    assembler.jumpIf(JUMP_NOT_EQUAL_32, R1, 0x45, pass);
    assembler.load(HALF, R1, FRAME, ETHERNET + 6);
    assembler.fromNetwork16(R1);
    assembler.jumpIf(JUMP_SET, R1, 0x3fff, pass);
    assembler.storeConstant(DOUBLE, STACK, KEY, 0);
    assembler.storeConstant(WORD, STACK, KEY + 8, 0);
    assembler.load(BYTE, R1, FRAME, ETHERNET + 9);
    assembler.store(BYTE, STACK, KEY + RedirectMaps.KEY_PROTOCOL, R1);
    match(ETHERNET + 12, ETHERNET + 16, ETHERNET + 20);
  }

  private void writeV6() {
    assembler.load(WORD, R3, CONTEXT, frameEnd);
    requireLength(ETHERNET + 40 + 4);
    assembler.load(BYTE, R1, FRAME, ETHERNET + 6);
    // Extension headers are not in the maps: hop-by-hop, routing, fragment, destination.
    assembler.store(BYTE, STACK, KEY + RedirectMaps.KEY_PROTOCOL, R1);
    match(ETHERNET + 8, ETHERNET + 24, ETHERNET + 40);
  }

  /** Compares a packet whose addresses and ports lie at these offsets. */
  private void match(int source, int destination, int ports) {
    int fromFullNat = assembler.label();
    int toLocal = assembler.label();
    int notFullNat = assembler.label();
    int toService = assembler.label();
    int notToService = assembler.label();
    int fromServer = assembler.label();
    // First, as in the fanout: a local address may be a VIP of our own, and the server do NAT, too.
    requireKind(1 << RedirectMaps.FULL_NAT_SERVER, notFullNat);
    assembler.load(HALF, R1, FRAME, ports + 2);
    assembler.fromNetwork16(R1);
    assembler.jumpIf(JUMP_LESS, R1, FIRST_LOCAL_PORT, notFullNat);
    assembler.jumpIf(JUMP_GREATER, R1, LAST_LOCAL_PORT, notFullNat);
    find(RedirectMaps.FULL_NAT_SERVER, source, ports, fromFullNat, notFullNat);
    assembler.place(fromFullNat);
    address(destination);
    kind(RedirectMaps.LOCAL_ADDRESS);
    whole(toLocal);
    assembler.load(BYTE, R1, FRAME, protocol());
    assembler.store(BYTE, STACK, KEY + RedirectMaps.KEY_PROTOCOL, R1);
    assembler.place(notFullNat);
    find(RedirectMaps.SERVICE, destination, ports + 2, toService, notToService);
    assembler.place(notToService);
    find(RedirectMaps.SERVER, source, ports, fromServer, pass);
    assembler.place(fromServer);
    address(destination);
    kind(RedirectMaps.HOST_ADDRESS);
    whole(pass);
    takeFor(destination, ports + 2);
    assembler.place(toService);
    takeFor(source, ports);
    assembler.place(toLocal);
    takeByPort(ports + 2);
  }

  private int protocol() {
    return isV4 ? ETHERNET + 9 : ETHERNET + 6;
  }

  /** Takes the packet for the worker of the client whose end lies at these offsets. */
  private void takeFor(int address, int port) {
    if (steering.workers() > 1) {
      int hasPorts = assembler.label();
      int byPort = assembler.label();
      int byAddress = assembler.label();
      assembler.moveConstant(WORKER, 0);
      assembler.jumpIf(JUMP_SET, KINDS, RedirectMaps.BY_PORT, byPort);
      assembler.jump(byAddress);
      assembler.place(byPort);
      assembler.load(BYTE, R1, FRAME, protocol());
      for (int protocol : PROTOCOLS_WITH_PORTS) {
        assembler.jumpIf(JUMP_EQUAL, R1, protocol, hasPorts);
      }
      assembler.jump(byAddress);
      assembler.place(hasPorts);
      assembler.load(HALF, WORKER, FRAME, port);
      assembler.fromNetwork16(WORKER);
      assembler.multiply32(WORKER, FanoutProgram.PORT_FACTOR);
      assembler.place(byAddress);
      for (int word = 0; word < (isV4 ? 4 : 16); word += 4) {
        assembler.load(WORD, R1, FRAME, address + word);
        assembler.fromNetwork32(R1);
        assembler.xor32(WORKER, R1);
      }
      assembler.xorConstant32(WORKER, steering.seed());
      assembler.multiply32(WORKER, FanoutProgram.ADDRESS_FACTOR);
      assembler.shiftRight32(WORKER, FanoutProgram.SHIFT);
      assembler.remainder32(WORKER, steering.workers());
    }
    assembler.jump(take);
  }

  /** Takes the packet for the worker that has its port of a local address. */
  private void takeByPort(int port) {
    if (steering.workers() > 1) {
      assembler.load(HALF, WORKER, FRAME, port);
      assembler.fromNetwork16(WORKER);
      assembler.remainder32(WORKER, steering.workers());
    }
    assembler.jump(take);
  }

  /** Looks for an end of a kind, with its port and with any; falls through to {@code found}. */
  private void find(int kind, int address, int port, int found, int none) {
    requireKind(1 << kind, none);
    address(address);
    kind(kind);
    assembler.load(HALF, R1, FRAME, port);
    assembler.store(HALF, STACK, KEY + RedirectMaps.KEY_PORT, R1);
    lookUp(found);
    requireKind(RedirectMaps.ANY_PORT << kind, none);
    assembler.storeConstant(HALF, STACK, KEY + RedirectMaps.KEY_PORT, 0);
    lookUp(found);
    assembler.jump(none);
  }

  private void requireKind(int flag, int none) {
    int some = assembler.label();
    assembler.jumpIf(JUMP_SET, KINDS, flag, some);
    assembler.jump(none);
    assembler.place(some);
  }

  private void kind(int kind) {
    int family = isV4 ? 0 : RedirectMaps.IPV6;
    assembler.storeConstant(BYTE, STACK, KEY + RedirectMaps.KEY_KIND, kind | family);
  }

  /** Puts an address into the key. */
  private void address(int offset) {
    if (isV4) {
      assembler.load(WORD, R1, FRAME, offset);
      assembler.store(WORD, STACK, KEY + 12, R1);
      return;
    }
    for (int word = 0; word < 16; word += 4) {
      assembler.load(WORD, R1, FRAME, offset + word);
      assembler.store(WORD, STACK, KEY + word, R1);
    }
  }

  /** Jumps if the key's address is in the map without protocol and port. */
  private void whole(int found) {
    assembler.storeConstant(HALF, STACK, KEY + RedirectMaps.KEY_PORT, 0);
    assembler.storeConstant(BYTE, STACK, KEY + RedirectMaps.KEY_PROTOCOL, 0);
    lookUp(found);
  }

  private void lookUp(int found) {
    assembler.move(R2, STACK);
    assembler.addConstant(R2, KEY);
    assembler.loadMap(R1, ends);
    assembler.call(EbpfAssembler.MAP_LOOKUP_ELEM);
    int none = assembler.label();
    assembler.jumpIf(JUMP_EQUAL, R0, 0, none);
    assembler.jump(found);
    assembler.place(none);
  }

  private void redirect(int sockets, int unserved) {
    assembler.place(take);
    assembler.load(WORD, R2, CONTEXT, XDP_QUEUE);
    if (steering.workers() > 1) {
      assembler.multiply32(R2, steering.workers());
      assembler.add32(R2, WORKER);
    }
    assembler.loadMap(R1, sockets);
    assembler.moveConstant(R3, unserved);
    assembler.call(EbpfAssembler.REDIRECT_MAP);
    assembler.exit();
  }

  /** What becomes of all other packets. */
  private void end(int result) {
    end(pass, result);
  }

  private void end(int label, int result) {
    assembler.place(label);
    assembler.moveConstant(R0, result);
    assembler.exit();
  }
}
