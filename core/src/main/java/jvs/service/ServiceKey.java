package jvs.service;

import jvs.wire.Endpoint;
import jvs.wire.IpAddress;

/**
 * What identifies a virtual service: protocol, address and port, or a firewall mark.
 *
 * <p>Ordered as ipvsadm lists services: by mark, family, protocol, address, port. Immutable.
 *
 * @param protocol {@link #TCP}, {@link #UDP} or {@link #SCTP}; TCP for a mark service, as in the
 *     kernel
 * @param address the VIP; 0.0.0.0 or :: for a mark service, where it tells the family
 * @param port 0..65535; 0 means all ports
 * @param mark firewall mark 1..2^32-1, or 0 for an address service
 */
public record ServiceKey(int protocol, IpAddress address, int port, long mark)
    implements Comparable<ServiceKey> {
  /** IPPROTO_TCP. */
  public static final int TCP = 6;

  /** IPPROTO_UDP. */
  public static final int UDP = 17;

  /** IPPROTO_SCTP. */
  public static final int SCTP = 132;

  /** Checks the ranges. */
  public ServiceKey {
    if (protocol != TCP && protocol != UDP && protocol != SCTP) {
      throw new IllegalArgumentException("protocol " + protocol + ", expected 6, 17 or 132");
    }
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port " + port + ", expected 0..65535");
    }
    if (mark < 0 || mark > 0xffff_ffffL) {
      throw new IllegalArgumentException("mark " + mark + ", expected 0..4294967295");
    }
  }

  /** An address service. */
  public static ServiceKey of(int protocol, IpAddress address, int port) {
    return new ServiceKey(protocol, address, port, 0);
  }

  /** A mark service of the given family (AF_INET or AF_INET6). */
  public static ServiceKey ofMark(long mark, int family) {
    return new ServiceKey(TCP, new IpAddress(family, 0, 0), 0, mark);
  }

  /** The virtual end of an address service. */
  public Endpoint endpoint() {
    return new Endpoint(address, protocol, port);
  }

  /** Whether a firewall mark selects this service. */
  public boolean isMark() {
    return mark != 0;
  }

  @Override
  public int compareTo(ServiceKey other) {
    int order = Long.compare(mark, other.mark);
    if (order == 0) {
      order = Integer.compare(address.family(), other.address.family());
    }
    if (order == 0) {
      order = Integer.compare(protocol, other.protocol);
    }
    if (order == 0) {
      order = address.compareTo(other.address);
    }
    return order != 0 ? order : Integer.compare(port, other.port);
  }

  /** As in error messages: {@code TCP 10.0.0.1:80}, {@code FWM 3}. */
  @Override
  public String toString() {
    if (isMark()) {
      return "FWM " + mark + (address.isV4() ? "" : " IPv6");
    }
    String name = protocol == TCP ? "TCP" : protocol == UDP ? "UDP" : "SCTP";
    return name + " " + ServerKey.format(address, port);
  }
}
