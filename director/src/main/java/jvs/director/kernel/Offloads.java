package jvs.director.kernel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jvs.linux.Errno;
import jvs.linux.LinuxException;
import jvs.linux.NetworkDevice;

/**
 * Switches off the offloads of an interface that a port cannot carry: libpcap sees neither that a
 * checksum is unfinished nor that a frame stands for several.
 *
 * <p>The former settings come back when it is closed (not after a kill). It changes this host's end
 * only: on a veth pair or a virtual machine's bridge the frames are made at the other end, whose
 * {@code tx} must be off as well. One thread, in the interface's network namespace. ethtool(8),
 * net/ethtool/ioctl.c.
 */
public final class Offloads implements AutoCloseable {
  /** What ethtool -K calls them, and the commands that read and write them; tx before the rest. */
  private static final Map<String, int[]> SWITCHES = new LinkedHashMap<>();

  static {
    SWITCHES.put("tso", new int[] {NetworkDevice.ETHTOOL_GTSO, NetworkDevice.ETHTOOL_STSO});
    SWITCHES.put("gso", new int[] {NetworkDevice.ETHTOOL_GGSO, NetworkDevice.ETHTOOL_SGSO});
    SWITCHES.put("gro", new int[] {NetworkDevice.ETHTOOL_GGRO, NetworkDevice.ETHTOOL_SGRO});
    SWITCHES.put("tx", new int[] {NetworkDevice.ETHTOOL_GTXCSUM, NetworkDevice.ETHTOOL_STXCSUM});
    SWITCHES.put("rx", new int[] {NetworkDevice.ETHTOOL_GRXCSUM, NetworkDevice.ETHTOOL_SRXCSUM});
  }

  private final String interfaceName;
  private final long before;
  private final List<String> stillOn = new ArrayList<>();
  private boolean isClosed;

  /**
   * Switches everything off that the device lets itself be told.
   *
   * @throws LinuxException if there is no such interface or CAP_NET_ADMIN is missing
   */
  public Offloads(String interfaceName) {
    this.interfaceName = interfaceName;
    try (NetworkDevice device = new NetworkDevice(interfaceName)) {
      before = device.requestedFeatures();
      SWITCHES.forEach(
          (name, commands) -> {
            device.ethtool(commands[1], 0);
            if (device.ethtool(commands[0]) > 0) {
              stillOn.add(name);
            }
          });
      int flags = device.ethtool(NetworkDevice.ETHTOOL_GFLAGS);
      if (flags > 0 && (flags & NetworkDevice.ETH_FLAG_LRO) != 0) {
        device.ethtool(NetworkDevice.ETHTOOL_SFLAGS, flags & ~NetworkDevice.ETH_FLAG_LRO);
        if ((device.ethtool(NetworkDevice.ETHTOOL_GFLAGS) & NetworkDevice.ETH_FLAG_LRO) != 0) {
          stillOn.add("lro");
        }
      }
    }
  }

  /** What the device did not let be switched off, as words of {@code ethtool -K}; mostly empty. */
  public List<String> stillOn() {
    return List.copyOf(stillOn);
  }

  /** Restores the former settings, if the interface is still there; idempotent. */
  @Override
  public void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    try (NetworkDevice device = new NetworkDevice(interfaceName)) {
      long changed = before ^ device.requestedFeatures();
      if (changed != 0) {
        device.requestFeatures(changed, before);
      }
    } catch (LinuxException e) {
      if (e.errno() != Errno.ENODEV) {
        System.getLogger(Offloads.class.getName())
            .log(System.Logger.Level.WARNING, "offloads of " + interfaceName + " not restored", e);
      }
    }
  }
}
