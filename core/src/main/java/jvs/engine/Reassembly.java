package jvs.engine;

import jvs.linux.Mapping;
import jvs.wire.DropReason;
import jvs.wire.Ipv6Header;
import jvs.wire.Memory;
import jvs.wire.Packet;
import jvs.wire.VnetHeader;

/**
 * Puts fragments together before anybody looks at ports (ip_vs_gather_frags and ip_defrag,
 * nf_ct_frag6_gather).
 *
 * <p>Bounded in number and time: a new datagram takes the place of the oldest, so that nobody can
 * keep others out for longer than he sends. A datagram whose fragments overlap is given up, as the
 * kernel does (RFC 5722), and so is one whose fragments contradict each other about congestion (RFC
 * 3168 section 5.3). The sender of one that is not whole in time is told if its first fragment came
 * (ip_expire, ip6frag_expire_frag_queue). One thread, its worker's.
 *
 * <pre>
 *   place:  ... │ Ethernet │ IP, the first fragment's │ payload, run by run
 *           └──────────────── PREFIX ────────────────┘
 * </pre>
 */
final class Reassembly implements AutoCloseable {
  private static final int CAPACITY = 64;
  private static final long LIFETIME_MILLIS = 30_000;
  private static final long LIFETIME_V6_MILLIS = 60_000;
  private static final int RUNS = 64;
  private static final int LARGEST = 0xffff;

  /** What an IPv6 packet's headers before its fragment header may take, and it. */
  private static final int LONGEST_HEADER = 256;

  /** Before a datagram's payload: what tunnels add, Ethernet, tags and the longest IP header. */
  private static final int PREFIX = 512;

  private static final int ECN = 3;
  private static final int NOT_ECN_CAPABLE = 1;
  private static final int CONGESTED = 1 << ECN;

  private static final long STRIDE = 68L << 10;

  private final Mapping mapping = new Mapping(CAPACITY * STRIDE);
  private final IcmpErrors errors;
  private final Packet first = new Packet();
  private final long[] sourceHighs = new long[CAPACITY];
  private final long[] sourceLows = new long[CAPACITY];
  private final long[] destinationHighs = new long[CAPACITY];
  private final long[] destinationLows = new long[CAPACITY];
  private final long[] identifiers = new long[CAPACITY];
  private final long[] deadlines = new long[CAPACITY];
  private final int[] runCounts = new int[CAPACITY];
  private final int[] runs = new int[CAPACITY * RUNS * 2];
  private final int[] totals = new int[CAPACITY];
  private final int[] headerLengths = new int[CAPACITY];
  private final int[] networks = new int[CAPACITY];
  private final int[] firstPayloads = new int[CAPACITY];
  private final int[] largestPayloads = new int[CAPACITY];
  private final int[] congestions = new int[CAPACITY];
  private long nextDeadline = Long.MAX_VALUE;

  /** Complains by {@code errors}. */
  Reassembly(IcmpErrors errors) {
    this.errors = errors;
  }

  /**
   * Takes a fragment.
   *
   * @return 0 if {@code packet} is the whole datagram now, else a verdict
   */
  int add(Packet packet, long nowMillis) {
    int start = packet.isV4() ? packet.ipv4().fragmentOffset() : packet.ipv6().fragmentOffset();
    boolean isLast =
        packet.isV4() ? !packet.ipv4().moreFragments() : !packet.ipv6().moreFragments();
    if (start == 0 && isLast) {
      return unwrap(packet);
    }
    int headerLength = headerLength(packet);
    int length = packet.ipLength() - headerLength;
    int end = start + length;
    if (length == 0
        || headerLength > LONGEST_HEADER
        || (!isLast && length % 8 != 0)
        || end + headerLength - uncounted(packet) > LARGEST
        || VnetHeader.isSuperFrame(packet.address())) {
      return DropReason.FRAGMENT_INVALID.code();
    }
    int place = place(packet, nowMillis);
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

  /** Bytes before the payload, a fragment header included. */
  private static int headerLength(Packet packet) {
    return packet.isV4()
        ? packet.ipv4().headerLength()
        : packet.ipv6().fragmentable() + Ipv6Header.FRAGMENT_LENGTH;
  }

  /** Of these, bytes that IP's length field does not count in a datagram that is whole. */
  private static int uncounted(Packet packet) {
    return packet.isV4() ? 0 : Ipv6Header.LENGTH + Ipv6Header.FRAGMENT_LENGTH;
  }

  /**
   * Takes an IPv6 fragment header out: what lies before it moves up.
   *
   * @return where the frame begins now
   */
  private static long removeFragmentHeader(Packet packet) {
    Ipv6Header header = packet.ipv6();
    header.skipFragmentHeader();
    long before = packet.address() - VnetHeader.LENGTH;
    int length = VnetHeader.LENGTH + packet.network() + header.fragmentable();
    Memory.copy(before, before + Ipv6Header.FRAGMENT_LENGTH, length);
    long frame = packet.address() + Ipv6Header.FRAGMENT_LENGTH;
    header.wrap(frame + packet.network(), Ipv6Header.LENGTH);
    return frame;
  }

  /** A packet that says it is its own only fragment (RFC 6946). */
  private static int unwrap(Packet packet) {
    int length = packet.length() - Ipv6Header.FRAGMENT_LENGTH;
    long frame = removeFragmentHeader(packet);
    VnetHeader.moveChecksumStart(frame, -Ipv6Header.FRAGMENT_LENGTH);
    packet.ipv6().payloadLength(packet.ipv6().payloadLength() - Ipv6Header.FRAGMENT_LENGTH);
    int size = packet.ipLength();
    int reason = packet.dissect(frame, length, packet.linkIndex());
    packet.reassembledFrom(size);
    return reason;
  }

  private int lastEnd(int place) {
    int count = runCounts[place];
    return count == 0 ? 0 : runs[(place * RUNS + count - 1) * 2 + 1];
  }

  /** The place of this datagram, or the oldest one emptied for it. */
  private int place(Packet packet, long nowMillis) {
    long identifier =
        packet.isV4()
            ? packet.ipv4().identification() << 8 | packet.protocol()
            : 1L << 32 | packet.ipv6().identification() & 0xffff_ffffL;
    int oldest = 0;
    for (int i = 0; i < CAPACITY; i++) {
      if (identifiers[i] == identifier
          && sourceLows[i] == packet.sourceLow()
          && destinationLows[i] == packet.destinationLow()
          && sourceHighs[i] == packet.sourceHigh()
          && destinationHighs[i] == packet.destinationHigh()
          && nowMillis < deadlines[i]) {
        return i;
      }
      if (deadlines[i] < deadlines[oldest]) {
        oldest = i;
      }
    }
    identifiers[oldest] = identifier;
    sourceHighs[oldest] = packet.sourceHigh();
    sourceLows[oldest] = packet.sourceLow();
    destinationHighs[oldest] = packet.destinationHigh();
    destinationLows[oldest] = packet.destinationLow();
    deadlines[oldest] = nowMillis + (packet.isV4() ? LIFETIME_MILLIS : LIFETIME_V6_MILLIS);
    nextDeadline = Math.min(nextDeadline, deadlines[oldest]);
    runCounts[oldest] = 0;
    totals[oldest] = 0;
    headerLengths[oldest] = 0;
    largestPayloads[oldest] = 0;
    congestions[oldest] = 0;
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
    long payload = payload(place);
    int network = packet.network();
    int headerLength = headerLength(packet);
    long from = packet.address() + network;
    Memory.copy(from + headerLength, payload + start, length);
    largestPayloads[place] = Math.max(largestPayloads[place], length);
    congestions[place] |= 1 << (typeOfService(packet) & ECN);
    if (start == 0) {
      headerLengths[place] = headerLength;
      networks[place] = network;
      firstPayloads[place] = length;
      Memory.copy(packet.address(), payload - headerLength - network, network + headerLength);
    }
    boolean isWhole =
        totals[place] != 0
            && runCounts[place] == 1
            && runs[place * RUNS * 2] == 0
            && lastEnd(place) == totals[place];
    return isWhole ? finish(packet, place) : Verdict.CONSUMED;
  }

  private long payload(int place) {
    return mapping.address() + place * STRIDE + PREFIX;
  }

  private static int typeOfService(Packet packet) {
    return packet.isV4() ? packet.ipv4().typeOfService() : packet.ipv6().trafficClass();
  }

  /** Makes {@code packet} the first fragment, as it came. */
  private void dissectFirst(Packet packet, int place, int linkIndex) {
    int before = networks[place] + headerLengths[place];
    long frame = payload(place) - before;
    VnetHeader.clear(frame);
    packet.dissect(frame, before + firstPayloads[place], linkIndex);
  }

  /**
   * The datagram lies here until the next one takes the place. It may, before this one was sent:
   * what came in pieces leaves in pieces, which are copies (Outbound.forward).
   */
  private int finish(Packet packet, int place) {
    deadlines[place] = 0;
    int congestion = congestions[place];
    if ((congestion & NOT_ECN_CAPABLE) != 0 && congestion != NOT_ECN_CAPABLE) {
      return DropReason.FRAGMENT_INVALID.code();
    }
    dissectFirst(packet, place, packet.linkIndex());
    int ipLength = headerLengths[place] + totals[place];
    int largest = headerLengths[place] + largestPayloads[place];
    if (ipLength - uncounted(packet) > LARGEST) {
      return DropReason.FRAGMENT_INVALID.code();
    }
    boolean isCongested = (congestion & CONGESTED) != 0;
    long frame = packet.address();
    if (packet.isV4()) {
      if (isCongested) {
        packet.ipv4().markCongested();
      }
      packet.ipv4().writeFragment(ipLength, 0);
    } else {
      if (isCongested) {
        packet.ipv6().markCongested();
      }
      frame = removeFragmentHeader(packet);
      ipLength -= Ipv6Header.FRAGMENT_LENGTH;
      packet.ipv6().payloadLength(ipLength - Ipv6Header.LENGTH);
    }
    int reason = packet.dissect(frame, networks[place] + ipLength, packet.linkIndex());
    packet.reassembledFrom(largest);
    return reason;
  }

  /**
   * Gives up what is not whole in time.
   *
   * @return how many senders were told
   */
  int expire(long nowMillis) {
    if (nowMillis < nextDeadline) {
      return 0;
    }
    int told = 0;
    nextDeadline = Long.MAX_VALUE;
    for (int i = 0; i < CAPACITY; i++) {
      if (deadlines[i] > nowMillis) {
        nextDeadline = Math.min(nextDeadline, deadlines[i]);
      } else if (deadlines[i] != 0) {
        deadlines[i] = 0;
        if (headerLengths[i] != 0) {
          dissectFirst(first, i, 0);
          errors.reassemblyTimeExceeded(first, nowMillis);
          told++;
        }
      }
    }
    return told;
  }

  @Override
  public void close() {
    mapping.close();
  }
}
