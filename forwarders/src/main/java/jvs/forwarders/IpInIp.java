package jvs.forwarders;

/** IP in IP (RFC 2003, RFC 2473, RFC 4213): no header of its own. */
final class IpInIp implements Encapsulation {
  static final int IPV4 = 4;
  static final int IPV6 = 41;

  @Override
  public int protocol(boolean isV6) {
    return isV6 ? IPV6 : IPV4;
  }

  @Override
  public int headerLength(int flags) {
    return 0;
  }

  @Override
  public void write(
      long address, int length, boolean isV6, int flags, int port, int flow, long addresses) {
    // the outer header says it all
  }
}
