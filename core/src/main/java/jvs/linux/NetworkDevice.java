package jvs.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import jvs.wire.Memory;

/**
 * One network interface as ioctl(2) sees it: its index, its MTU and its ethtool settings.
 *
 * <p>Control plane, one thread. Belongs to the network namespace of the thread that opened it.
 * Layouts from net/if.h and linux/ethtool.h.
 */
public final class NetworkDevice implements AutoCloseable {
  /** ethtool command: checksums of received frames. */
  public static final int ETHTOOL_GRXCSUM = 0x14;

  /** Sets {@link #ETHTOOL_GRXCSUM}. */
  public static final int ETHTOOL_SRXCSUM = 0x15;

  /** ethtool command: checksums of frames to send. */
  public static final int ETHTOOL_GTXCSUM = 0x16;

  /** Sets {@link #ETHTOOL_GTXCSUM}. */
  public static final int ETHTOOL_STXCSUM = 0x17;

  /** ethtool command: TCP segmentation. */
  public static final int ETHTOOL_GTSO = 0x1e;

  /** Sets {@link #ETHTOOL_GTSO}. */
  public static final int ETHTOOL_STSO = 0x1f;

  /** ethtool command: segmentation by the kernel. */
  public static final int ETHTOOL_GGSO = 0x23;

  /** Sets {@link #ETHTOOL_GGSO}. */
  public static final int ETHTOOL_SGSO = 0x24;

  /** ethtool command: flag word that holds {@link #ETH_FLAG_LRO}. */
  public static final int ETHTOOL_GFLAGS = 0x25;

  /** Sets {@link #ETHTOOL_GFLAGS}. */
  public static final int ETHTOOL_SFLAGS = 0x26;

  /** ethtool command: joining of received segments by the kernel. */
  public static final int ETHTOOL_GGRO = 0x2b;

  /** Sets {@link #ETHTOOL_GGRO}. */
  public static final int ETHTOOL_SGRO = 0x2c;

  /** Joining of received segments by the device. */
  public static final int ETH_FLAG_LRO = 0x8000;

  private static final int SIOCGIFFLAGS = 0x8913;
  private static final int SIOCSIFFLAGS = 0x8914;
  private static final int IFF_UP = 1;
  private static final int SIOCGIFMTU = 0x8921;
  private static final int SIOCGIFINDEX = 0x8933;
  private static final int SIOCGIFHWADDR = 0x8927;
  private static final int SIOCETHTOOL = 0x8946;
  private static final int ETHTOOL_GDRVINFO = 3;
  private static final int IFNAMSIZ = 16;
  private static final int IFREQ_BYTES = 40;
  private static final int ETHTOOL_GCHANNELS = 0x3c;
  private static final int ETHTOOL_GFEATURES = 0x3a;
  private static final int ETHTOOL_SFEATURES = 0x3b;

  // NETDEV_FEATURE_COUNT is at most 64 (netdev_features_t is a u64).
  private static final int FEATURE_WORDS = 2;

  /** Room for the longest structure, struct ethtool_drvinfo with 196 bytes. */
  private static final int DATA_BYTES = 256;

  private static final int DRVINFO_DRIVER = 4;
  private static final int DRVINFO_BUS = 100;

  private final Errno errno = new Errno();
  private final Arena arena = Arena.ofShared();
  private final String name;
  private final long ifreq;
  private final long data;
  private final int index;
  private int fd;

  /**
   * Looks an interface up by name.
   *
   * @throws LinuxException if there is none of this name
   */
  public NetworkDevice(String name) {
    byte[] octets = name.getBytes(StandardCharsets.UTF_8);
    if (octets.length == 0 || octets.length >= IFNAMSIZ) {
      throw new IllegalArgumentException(
          "interface name '" + name + "', expected 1 to 15 characters");
    }
    this.name = name;
    fd =
        LinuxException.check(
            "socket",
            Libc.socket(errno, Sockets.AF_UNIX, Sockets.SOCK_DGRAM | Sockets.SOCK_CLOEXEC, 0));
    ifreq = arena.allocate(IFREQ_BYTES, 8).address();
    data = arena.allocate(DATA_BYTES, 8).address();
    Memory.copy(octets, 0, ifreq, octets.length);
    int result = Libc.ioctl(errno, fd, SIOCGIFINDEX, ifreq);
    index = Memory.getInt(ifreq + IFNAMSIZ);
    if (result < 0) {
      close();
      throw new LinuxException("interface " + name, -result);
    }
  }

  /** The name it was looked up by. */
  public String name() {
    return name;
  }

  /** Index in its namespace. */
  public int index() {
    return index;
  }

  /** Largest IP packet in bytes. */
  public int mtu() {
    check("SIOCGIFMTU", Libc.ioctl(errno, fd, SIOCGIFMTU, ifreq));
    return Memory.getInt(ifreq + IFNAMSIZ);
  }

  /** Brings it up. */
  public void up() {
    check("SIOCGIFFLAGS", Libc.ioctl(errno, fd, SIOCGIFFLAGS, ifreq));
    Memory.putNative16(ifreq + IFNAMSIZ, Memory.nativeU16(ifreq + IFNAMSIZ) | IFF_UP);
    check("SIOCSIFFLAGS", Libc.ioctl(errno, fd, SIOCSIFFLAGS, ifreq));
  }

  /** Its Ethernet address, in the low 48 bits. */
  public long mac() {
    check("SIOCGIFHWADDR", Libc.ioctl(errno, fd, SIOCGIFHWADDR, ifreq));
    return Memory.i64(ifreq + IFNAMSIZ + 2) >>> 16;
  }

  /** Asks for an ethtool value; a negated error number if the device does not know it. */
  public int ethtool(int command) {
    return ethtool(command, 0);
  }

  /** Sets an ethtool value; the value, or a negated error number if the device refuses it. */
  public int ethtool(int command, int value) {
    Memory.putInt(data, command);
    Memory.putInt(data + 4, value);
    int result = ethtoolIoctl();
    return result < 0 ? result : Memory.getInt(data + 4);
  }

  /** How many queues it receives by; 1 if it does not tell. */
  public int receiveQueues() {
    return queues(20);
  }

  /** How many queues it sends by; 1 if it does not tell. */
  public int transmitQueues() {
    return queues(24);
  }

  private int queues(int countOffset) {
    Memory.zero(data, DATA_BYTES);
    Memory.putInt(data, ETHTOOL_GCHANNELS);
    // struct ethtool_channels: four maxima, then rx_count, tx_count, other_count, combined_count.
    boolean isKnown = ethtoolIoctl() >= 0;
    return isKnown ? Math.max(1, Memory.getInt(data + countOffset) + Memory.getInt(data + 32)) : 1;
  }

  /** The features that are asked for (struct ethtool_get_features_block), bit 0 first. */
  public long requestedFeatures() {
    Memory.zero(data, DATA_BYTES);
    Memory.putInt(data, ETHTOOL_GFEATURES);
    Memory.putInt(data + 4, FEATURE_WORDS);
    check("ETHTOOL_GFEATURES", ethtoolIoctl());
    // Each block holds available, requested, active and never changed.
    return Memory.getInt(data + 8 + 4) & 0xffff_ffffL
        | (long) Memory.getInt(data + 8 + 16 + 4) << 32;
  }

  /**
   * Asks for features.
   *
   * @param which the bits to change
   * @param values their new values
   */
  public void requestFeatures(long which, long values) {
    Memory.zero(data, DATA_BYTES);
    Memory.putInt(data, ETHTOOL_SFEATURES);
    Memory.putInt(data + 4, FEATURE_WORDS);
    for (int word = 0; word < FEATURE_WORDS; word++) {
      Memory.putInt(data + 8 + 8L * word, (int) (which >>> 32 * word));
      Memory.putInt(data + 8 + 8L * word + 4, (int) (values >>> 32 * word));
    }
    check("ETHTOOL_SFEATURES", ethtoolIoctl());
  }

  private void check(String what, int result) {
    LinuxException.check(what + " of " + name, result);
  }

  /** Name of the driver, empty if the device does not tell. */
  public String driver() {
    return drvinfo(DRVINFO_DRIVER);
  }

  /**
   * Whether frames come from a wire, with complete checksums. A virtual machine's card is none:
   * what its host sends may be unfinished, as from any software device.
   */
  public boolean isHardware() {
    return !bus().isEmpty() && !driver().startsWith("virtio");
  }

  /** Place on the bus; empty for devices made of software. */
  public String bus() {
    return drvinfo(DRVINFO_BUS);
  }

  private String drvinfo(int offset) {
    Memory.zero(data, DATA_BYTES);
    Memory.putInt(data, ETHTOOL_GDRVINFO);
    MemorySegment text = Memory.segment(data + offset, 32);
    return ethtoolIoctl() < 0 ? "" : text.getString(0);
  }

  private int ethtoolIoctl() {
    Memory.putLong(ifreq + IFNAMSIZ, data);
    return Libc.ioctl(errno, fd, SIOCETHTOOL, ifreq);
  }

  /** Closes the socket; idempotent. */
  @Override
  public void close() {
    if (fd >= 0) {
      Libc.close(errno, fd);
      fd = -1;
      arena.close();
    }
  }
}
