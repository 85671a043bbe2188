package jvs.director.dropin;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
import jvs.service.ServiceKey;
import jvs.service.Timeouts;
import jvs.wire.IpAddress;

/** Values as both of the kernel's interfaces carry them. */
final class Structures {
  /** IP_VS_VERSION_CODE: 1.2.1. */
  static final int IPVS_VERSION = 0x010201;

  /** INT_MAX / HZ of a kernel with HZ=100 (ip_vs_set_timeout). */
  private static final int LONGEST_TIMEOUT = Integer.MAX_VALUE / 100;

  private Structures() {}

  /** The family itself, or EAFNOSUPPORT. */
  static int family(int family) {
    if (family != IpAddress.IPV4 && family != IpAddress.IPV6) {
      throw new IpvsException(Errno.EAFNOSUPPORT, "address family " + family);
    }
    return family;
  }

  /**
   * Differs from IPVS: protocols that it balances none of are no service rather than a dead one.
   */
  static ServiceKey key(int protocol, IpAddress address, int port) {
    if (protocol != ServiceKey.TCP && protocol != ServiceKey.UDP && protocol != ServiceKey.SCTP) {
      throw new IpvsException(Errno.ESRCH, "protocol " + protocol);
    }
    return ServiceKey.of(protocol, address, port);
  }

  /** All octets of a buffer, wherever its position is. */
  static byte[] octets(ByteBuffer buffer) {
    byte[] octets = new byte[buffer.capacity()];
    buffer.get(0, octets);
    return octets;
  }

  /** The address at the beginning of a union nf_inet_addr. */
  static IpAddress address(int family, byte[] octets) {
    return IpAddress.of(Arrays.copyOf(octets, family == IpAddress.IPV4 ? 4 : 16));
  }

  /** A union nf_inet_addr. */
  static byte[] union(IpAddress address) {
    return Arrays.copyOf(address.octets(), IpvsAttributes.ADDRESS_BYTES);
  }

  /** A number of the machine whose octets are to be in network order, and the other way round. */
  static int networkOrder(int value) {
    return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value);
  }

  /** Timeouts in seconds, or EINVAL. */
  static Timeouts checked(int tcp, int tcpFin, int udp) {
    for (int seconds : new int[] {tcp, tcpFin, udp}) {
      if (seconds < 0 || seconds > LONGEST_TIMEOUT) {
        throw new IpvsException(
            Errno.EINVAL, "timeout " + seconds + ", expected 0.." + LONGEST_TIMEOUT);
      }
    }
    return new Timeouts(tcp, tcpFin, udp);
  }
}
