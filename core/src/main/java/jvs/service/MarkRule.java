package jvs.service;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * One rule that gives packets a firewall mark, as {@code iptables -t mangle -A PREROUTING ... -j
 * MARK} does. Immutable. What is null is not looked at; all that is not must match.
 *
 * @param family {@link IpAddress#IPV4} or {@link IpAddress#IPV6}
 * @param source where packets come from
 * @param destination where they go
 * @param input name of the interface they come in on; a trailing {@code +} stands for any rest
 * @param protocol IP protocol number, 1..255
 * @param sourcePorts their source ports
 * @param destinationPorts their destination ports
 * @param mac hardware address they come from, in the low 48 bits
 * @param value XORed into the mark, 0..2^32-1
 * @param mask bits of the mark that are cleared before, 0..2^32-1
 */
public record MarkRule(
    int family,
    @Nullable Test<Network> source,
    @Nullable Test<Network> destination,
    @Nullable Test<String> input,
    @Nullable Test<Integer> protocol,
    @Nullable Test<List<PortRange>> sourcePorts,
    @Nullable Test<List<PortRange>> destinationPorts,
    @Nullable Test<Long> mac,
    long value,
    long mask) {
  /** All bits of a mark. */
  public static final long ALL_BITS = 0xffff_ffffL;

  private static final int MANY_PORTS = 64;

  /**
   * What a packet is compared with.
   *
   * @param value the expected
   * @param isNegated whether it must not be that ({@code !})
   */
  public record Test<T>(T value, boolean isNegated) {}

  /**
   * Addresses with the same first bits.
   *
   * @param address one of them; bits behind the prefix are of no account
   * @param prefixLength bits, 0..32 or 0..128
   */
  public record Network(IpAddress address, int prefixLength) {
    /** Checks the length. */
    public Network {
      int full = address.isV4() ? 32 : 128;
      if (prefixLength < 0 || prefixLength > full) {
        throw new IllegalArgumentException(
            "prefix length " + prefixLength + ", expected 0.." + full);
      }
    }

    /** Whether it is a single address. */
    public boolean isHost() {
      return prefixLength == (address.isV4() ? 32 : 128);
    }
  }

  /**
   * Ports from one to another.
   *
   * @param first 0..65535
   * @param last {@code first}..65535
   */
  public record PortRange(int first, int last) {
    /** Checks the numbers. */
    public PortRange {
      if (first < 0 || last < first || last > 65535) {
        throw new IllegalArgumentException(
            "ports " + first + ":" + last + ", expected 0..65535, the lower first");
      }
    }
  }

  /** Checks that the parts go together. */
  public MarkRule {
    require(value >= 0 && value <= ALL_BITS, "a mark is 0..0xffffffff");
    require(mask >= 0 && mask <= ALL_BITS, "a mark's mask is 0..0xffffffff");
    require(
        isOf(family, source) && isOf(family, destination), "addresses of one family are needed");
    require(
        input == null || input.value().matches("[^\\s\"/\\\\+]{1,15}\\+?"),
        "an interface's name has 1 to 15 characters");
    boolean hasPorts = protocol != null && !protocol.isNegated() && isWithPorts(protocol.value());
    require(
        hasPorts || (sourcePorts == null && destinationPorts == null),
        "ports need -p tcp, -p udp or -p sctp");
  }

  private static void require(boolean isTrue, String expected) {
    if (!isTrue) {
      throw new IllegalArgumentException(expected);
    }
  }

  private static boolean isOf(int family, @Nullable Test<Network> test) {
    return test == null || test.value().address().family() == family;
  }

  private static boolean isWithPorts(int protocol) {
    return protocol == ServiceKey.TCP || protocol == ServiceKey.UDP || protocol == ServiceKey.SCTP;
  }

  /**
   * The ends at an address that matching packets may go to; with port 0, which is all, where ports
   * are many or excluded.
   */
  public List<Endpoint> ends(IpAddress address) {
    List<Endpoint> ends = new ArrayList<>();
    for (int candidate : new int[] {ServiceKey.TCP, ServiceKey.UDP, ServiceKey.SCTP}) {
      if (protocol == null || (protocol.value() == candidate) != protocol.isNegated()) {
        ports().forEach(port -> ends.add(new Endpoint(address, candidate, port)));
      }
    }
    return ends;
  }

  private IntStream ports() {
    if (destinationPorts == null || destinationPorts.isNegated()) {
      return IntStream.of(0);
    }
    List<PortRange> ranges = destinationPorts.value();
    int count = ranges.stream().mapToInt(range -> range.last() - range.first() + 1).sum();
    return count > MANY_PORTS
        ? IntStream.of(0)
        : ranges.stream().flatMapToInt(range -> IntStream.rangeClosed(range.first(), range.last()));
  }

  /** Whether it is for IPv4. */
  public boolean isV4() {
    return family == IpAddress.IPV4;
  }

  /** The mark that a packet has after this rule if it had {@code before}. */
  public long markAfter(long before) {
    return before & ~mask & ALL_BITS ^ value;
  }
}
