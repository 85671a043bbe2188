package jvs.director.daemon;

import java.util.ArrayList;
import java.util.List;
import jvs.director.kernel.XdpFeatures;
import jvs.linux.NetworkDevice;
import jvs.route.Link;

/**
 * What the choice of a port depends on. Immutable.
 *
 * @param name the interface
 * @param driver its driver, or "?"
 * @param isHardware whether frames come from a wire, complete and no longer than the MTU
 * @param queues queues that it receives by
 * @param mtu longest packet in bytes
 * @param offloads those that are on, as words of ethtool -K
 * @param xdp what its driver can do
 */
record InterfaceFacts(
    String name,
    String driver,
    boolean isHardware,
    int queues,
    int mtu,
    List<String> offloads,
    XdpFeatures xdp) {
  /** The driver's limit for frames that lie in one page. */
  private static final int LARGEST_NATIVE_MTU = 3400;

  /** Reads them. */
  static InterfaceFacts of(Link link) {
    try (NetworkDevice device = new NetworkDevice(link.name())) {
      List<String> on = new ArrayList<>();
      addIfOn(on, device, "rx", NetworkDevice.ETHTOOL_GRXCSUM);
      addIfOn(on, device, "tx", NetworkDevice.ETHTOOL_GTXCSUM);
      addIfOn(on, device, "tso", NetworkDevice.ETHTOOL_GTSO);
      addIfOn(on, device, "gso", NetworkDevice.ETHTOOL_GGSO);
      addIfOn(on, device, "gro", NetworkDevice.ETHTOOL_GGRO);
      String driver = device.driver();
      return new InterfaceFacts(
          link.name(),
          driver.isEmpty() ? "?" : driver,
          device.isHardware(),
          device.receiveQueues(),
          link.mtu(),
          List.copyOf(on),
          XdpFeatures.of(link.index()));
    }
  }

  private static void addIfOn(List<String> on, NetworkDevice device, String name, int command) {
    if (device.ethtool(command) > 0) {
      on.add(name);
    }
  }

  /** Whether a program runs in the driver here. */
  boolean runsNative() {
    return xdp.isNative() && mtu <= LARGEST_NATIVE_MTU;
  }

  /** Where programs can run, in words. */
  String xdpModes() {
    String modes =
        xdp.isZeroCopy() ? "zero-copy native skb" : xdp.isNative() ? "native skb" : "skb";
    return xdp.isKnown() ? modes : modes + " (the kernel does not tell)";
  }
}
