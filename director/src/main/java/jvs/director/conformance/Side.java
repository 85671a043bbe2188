package jvs.director.conformance;

/** The two sides of a recorded director. */
enum Side {
  /** eth0, towards the clients. */
  CLIENT("client", "eth0", 2, 0x02_00_00_00_00_01L),
  /** eth1, towards the real servers. */
  SERVER("server", "eth1", 3, 0x02_00_00_00_01_01L);

  private final String label;
  private final String interfaceName;
  private final int linkIndex;
  private final long mac;

  Side(String label, String interfaceName, int linkIndex, long mac) {
    this.label = label;
    this.interfaceName = interfaceName;
    this.linkIndex = linkIndex;
    this.mac = mac;
  }

  /** As recordings call it. */
  String label() {
    return label;
  }

  String interfaceName() {
    return interfaceName;
  }

  int linkIndex() {
    return linkIndex;
  }

  /** The director's hardware address there. */
  long mac() {
    return mac;
  }
}
