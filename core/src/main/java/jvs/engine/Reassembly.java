package jvs.engine;

import jvs.linux.Mapping;
import jvs.wire.DropReason;
import jvs.wire.Ipv4Header;
import jvs.wire.Memory;
import jvs.wire.Packet;
import jvs.wire.VnetHeader;

/**
 * Puts IPv4 fragments together before anybody looks at ports (ip_vs_gather_frags, ip_defrag).
 *
 * <p>Bounded in number and time: a new datagram takes the place of the oldest, so that nobody can
 * keep others out for longer than he sends. A datagram whose fragments overlap is given up, as the
 * kernel does (RFC 5722 for IPv6). One thread, its worker's.
 */
final class Reassembly implements AutoCloseable {
  /** Result of {@link #add}: more fragments are awaited. */
  static final int INCOMPLETE = -1;

  private static final int CAPACITY = 64;
  private static final long LIFETIME_MILLIS = 30_000;
  private static final int RUNS = 64;
  private static final int LARGEST = 0xffff;

  /** Before a datagram's payload: what tunnels add, Ethernet, tags and the longest IP header. */
  private static final int PREFIX = 512;

  private static final long STRIDE = 68L << 10;

  private final Mapping mapping = new Mapping(CAPACITY * STRIDE);
  private final long[] addresses = new long[CAPACITY];
  private final int[] identifiers = new int[CAPACITY];
  private final long[] deadlines = new long[CAPACITY];
  private final int[] runCounts = new int[CAPACITY];
  private final int[] runs = new int[CAPACITY * RUNS * 2];
  private final int[] totals = new int[CAPACITY];
  private final int[] headerLengths = new int[CAPACITY];
  private final int[] networks = new int[CAPACITY];
  private final int[] largestPayloads = new int[CAPACITY];

  /**
   * Takes a fragment.
   *
   * @return 0 if {@code packet} is the whole datagram now, {@link #INCOMPLETE}, or the code of the
   *     reason to drop it
   */
  int add(Packet packet, long nowMillis) {
    Ipv4Header header = packet.ipv4();
    int start = header.fragmentOffset();
    int length = packet.ipLength() - header.headerLength();
    int end = start + length;
    boolean isLast = !header.moreFragments();
    if (length == 0
        || (!isLast && length % 8 != 0)
        || end + Ipv4Header.MIN_LENGTH > LARGEST
        || VnetHeader.isSuperFrame(packet.address())) {
      return DropReason.FRAGMENT_INVALID.code();
    }
    long key = packet.sourceLow() << 32 | packet.destinationLow();
    int place = place(key, header.identification() << 8 | header.protocol(), nowMillis);
    int total = totals[place];
    boolean isBeyond = total != 0 && end > total;
    boolean isTooEarly = isLast && (lastEnd(place) > end || (total != 0 && total != end));
    if (isBeyond || isTooEarly) {
      return giveUp(place, DropReason.FRAGMENT_OVERLAP);
    }
    int reason = insert(place, start, end);
    if (reason != 0) {
      return reason;
    }
    if (isLast) {
      totals[place] = end;
    }
    return keep(packet, place, start, length);
  }

  private int lastEnd(int place) {
    int count = runCounts[place];
    return count == 0 ? 0 : runs[(place * RUNS + count - 1) * 2 + 1];
  }

  /** The place of this datagram, or the oldest one emptied for it. */
  private int place(long key, int identifier, long nowMillis) {
    int oldest = 0;
    for (int i = 0; i < CAPACITY; i++) {
      if (addresses[i] == key && identifiers[i] == identifier && nowMillis < deadlines[i]) {
        return i;
      }
      if (deadlines[i] < deadlines[oldest]) {
        oldest = i;
      }
    }
    addresses[oldest] = key;
    identifiers[oldest] = identifier;
    deadlines[oldest] = nowMillis + LIFETIME_MILLIS;
    runCounts[oldest] = 0;
    totals[oldest] = 0;
    headerLengths[oldest] = 0;
    largestPayloads[oldest] = 0;
    return oldest;
  }

  /** Adds a run of bytes to those known, which are in order and apart from each other. */
  private int insert(int place, int start, int end) {
    int first = place * RUNS * 2;
    int count = runCounts[place];
    int i = 0;
    while (i < count && runs[first + 2 * i + 1] < start) {
      i++;
    }
    int at = first + 2 * i;
    if (i < count && runs[at] <= start && end <= runs[at + 1]) {
      return DropReason.FRAGMENT_DUPLICATE.code();
    }
    boolean joinsBefore = i < count && runs[at + 1] == start;
    int next = joinsBefore ? i + 1 : i;
    int after = first + 2 * next;
    if (next < count && runs[after] < end) {
      return giveUp(place, DropReason.FRAGMENT_OVERLAP);
    }
    boolean joinsAfter = next < count && runs[after] == end;
    if (joinsBefore && joinsAfter) {
      runs[at + 1] = runs[after + 1];
      System.arraycopy(runs, after + 2, runs, after, 2 * (count - next - 1));
      runCounts[place] = count - 1;
    } else if (joinsBefore) {
      runs[at + 1] = end;
    } else if (joinsAfter) {
      runs[after] = start;
    } else if (count == RUNS) {
      return giveUp(place, DropReason.FRAGMENT_INVALID);
    } else {
      System.arraycopy(runs, at, runs, at + 2, 2 * (count - i));
      runs[at] = start;
      runs[at + 1] = end;
      runCounts[place] = count + 1;
    }
    return 0;
  }

  private int giveUp(int place, DropReason reason) {
    deadlines[place] = 0;
    return reason.code();
  }

  private int keep(Packet packet, int place, int start, int length) {
    long payload = mapping.address() + place * STRIDE + PREFIX;
    int network = packet.network();
    int headerLength = packet.ipv4().headerLength();
    long from = packet.address() + network;
    Memory.copy(from + headerLength, payload + start, length);
    largestPayloads[place] = Math.max(largestPayloads[place], length);
    if (start == 0) {
      headerLengths[place] = headerLength;
      networks[place] = network;
      Memory.copy(packet.address(), payload - headerLength - network, network + headerLength);
    }
    boolean isWhole =
        totals[place] != 0
            && runCounts[place] == 1
            && runs[place * RUNS * 2] == 0
            && lastEnd(place) == totals[place];
    return isWhole ? finish(packet, place, payload) : INCOMPLETE;
  }

  /**
   * The datagram lies here until the next one takes the place. It may, before this one was sent:
   * what came in pieces leaves in pieces, which are copies (Outbound.forward).
   */
  private int finish(Packet packet, int place, long payload) {
    deadlines[place] = 0;
    int headerLength = headerLengths[place];
    int ipLength = headerLength + totals[place];
    if (ipLength > LARGEST) {
      return DropReason.FRAGMENT_INVALID.code();
    }
    long header = payload - headerLength;
    long frame = header - networks[place];
    VnetHeader.clear(frame);
    packet.ipv4().wrap(header, ipLength).writeFragment(ipLength, 0);
    int reason = packet.dissect(frame, networks[place] + ipLength, packet.linkIndex());
    packet.reassembledFrom(headerLength + largestPayloads[place]);
    return reason;
  }

  @Override
  public void close() {
    mapping.close();
  }
}
