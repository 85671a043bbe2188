package jvs.wire;

/**
 * An IPv4 or IPv6 address as a value of the control plane; the data path works on the bare bits.
 *
 * <p>IPv4 addresses keep their 32 bits in the low half of {@code low}. Immutable, any thread.
 *
 * @param family {@link #IPV4} or {@link #IPV6}
 * @param high the first eight octets of an IPv6 address, 0 for IPv4
 * @param low the last eight octets of an IPv6 address, or the IPv4 address
 */
public record IpAddress(int family, long high, long low) implements Comparable<IpAddress> {
  /** AF_INET. */
  public static final int IPV4 = 2;

  /** AF_INET6. */
  public static final int IPV6 = 10;

  /** Checks the family and that an IPv4 address has 32 bits. */
  public IpAddress {
    if (family != IPV4 && family != IPV6) {
      throw new IllegalArgumentException("address family " + family + ", expected 2 or 10");
    }
    if (family == IPV4 && (high != 0 || low >>> 32 != 0)) {
      throw new IllegalArgumentException("an IPv4 address has 32 bits");
    }
  }

  /** The IPv4 address with these bits, first octet in the top byte. */
  public static IpAddress v4(int bits) {
    return new IpAddress(IPV4, 0, bits & 0xffff_ffffL);
  }

  /** The IPv6 address with these halves. */
  public static IpAddress v6(long high, long low) {
    return new IpAddress(IPV6, high, low);
  }

  /**
   * Reads 4 or 16 octets in network order.
   *
   * @throws IllegalArgumentException if there are neither 4 nor 16
   */
  public static IpAddress of(byte[] octets) {
    if (octets.length == 4) {
      return v4(
          octets[0] << 24
              | (octets[1] & 0xff) << 16
              | (octets[2] & 0xff) << 8
              | (octets[3] & 0xff));
    }
    if (octets.length != 16) {
      throw new IllegalArgumentException(octets.length + " octets, expected 4 or 16");
    }
    long high = 0;
    long low = 0;
    for (int i = 0; i < 8; i++) {
      high = high << 8 | (octets[i] & 0xff);
      low = low << 8 | (octets[i + 8] & 0xff);
    }
    return v6(high, low);
  }

  /**
   * Parses dotted-quad IPv4 (exactly four decimal parts) or IPv6 text; never resolves a name.
   *
   * @throws IllegalArgumentException naming the text if it is no address
   */
  public static IpAddress parse(String text) {
    byte[] octets = text.indexOf(':') >= 0 ? IpText.parseV6(text) : IpText.parseV4(text);
    if (octets == null) {
      throw new IllegalArgumentException("'" + text + "' is not an IP address");
    }
    return of(octets);
  }

  /** Whether this is an IPv4 address. */
  public boolean isV4() {
    return family == IPV4;
  }

  /** The 32 bits of an IPv4 address. */
  public int v4() {
    return (int) low;
  }

  /** Octets in network order: 4 or 16. */
  public byte[] octets() {
    int length = isV4() ? 4 : 16;
    byte[] octets = new byte[length];
    for (int i = 0; i < length; i++) {
      int fromEnd = length - 1 - i;
      octets[i] = (byte) (fromEnd < 8 ? low >>> 8 * fromEnd : high >>> 8 * (fromEnd - 8));
    }
    return octets;
  }

  /** The address folded to 32 bits as the kernel's hashing schedulers do: XOR of its words. */
  public int folded() {
    return (int) (high >>> 32) ^ (int) high ^ (int) (low >>> 32) ^ (int) low;
  }

  /** Whether the address may stand for one host (not multicast, broadcast or unspecified). */
  public boolean isUnicast() {
    if (isV4()) {
      return low != 0 && low != 0xffff_ffffL && (low >>> 28) != 0xe;
    }
    return (high != 0 || low != 0) && (high >>> 56) != 0xff;
  }

  /** Whether the address is that of a group. */
  public boolean isMulticast() {
    return isV4() ? low >>> 28 == 0xe : high >>> 56 == 0xff;
  }

  /** Orders IPv4 before IPv6 and addresses as unsigned numbers. */
  @Override
  public int compareTo(IpAddress other) {
    int byFamily = Integer.compare(family, other.family);
    if (byFamily != 0) {
      return byFamily;
    }
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  /** Text as inet_ntop prints it (RFC 5952 for IPv6). */
  @Override
  public String toString() {
    return isV4() ? IpText.formatV4(v4()) : IpText.formatV6(octets());
  }
}
