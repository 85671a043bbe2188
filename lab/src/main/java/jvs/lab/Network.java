package jvs.lab;

/**
 * An IP network whose hosts have numbers.
 *
 * @param prefix what every address begins with, such as {@code 10.0.0.} or {@code fd00::}
 * @param length bits of the network's prefix
 */
record Network(String prefix, int length) {
  /** The address of a host. */
  String address(int host) {
    return prefix + host;
  }

  /** The address of a host with the prefix's length, as for an interface. */
  String onLink(int host) {
    return address(host) + "/" + length;
  }

  /** The network itself, as for a route. */
  String route() {
    return (isV6() ? prefix : prefix + "0") + "/" + length;
  }

  boolean isV6() {
    return prefix.contains(":");
  }
}
