package jvs.linux;

/**
 * Numbers and offsets of linux/if_packet.h, linux/if_ether.h and the packet socket's BPF, under
 * their own names.
 */
public final class IfPacket {
  /** Level of the options of packet sockets. */
  public static final int SOL_PACKET = 263;

  /** Every protocol. */
  public static final int ETH_P_ALL = 3;

  /** Changes what the interface receives as long as the socket is open; and back. */
  public static final int PACKET_ADD_MEMBERSHIP = 1;

  /** Ends {@link #PACKET_ADD_MEMBERSHIP}. */
  public static final int PACKET_DROP_MEMBERSHIP = 2;

  /** Membership in every group of the link. */
  public static final int PACKET_MR_ALLMULTI = 2;

  /** Bytes of struct packet_mreq: index, type, address's length, address. */
  public static final int PACKET_MREQ_BYTES = 16;

  /** Maps a receive ring. */
  public static final int PACKET_RX_RING = 5;

  /** Packets and drops since the last reading. */
  public static final int PACKET_STATISTICS = 6;

  /** Queues what does not fit into the ring, whole. */
  public static final int PACKET_COPY_THRESH = 7;

  /** Format of the ring. */
  public static final int PACKET_VERSION = 10;

  /** Free bytes before each frame. */
  public static final int PACKET_RESERVE = 12;

  /** A virtio-net header before each frame, both ways. */
  public static final int PACKET_VNET_HDR = 15;

  /** Shares the interface's frames out over several sockets. */
  public static final int PACKET_FANOUT = 18;

  /** Sends without traffic control. */
  public static final int PACKET_QDISC_BYPASS = 20;

  /** The program of a fanout group. */
  public static final int PACKET_FANOUT_DATA = 22;

  /** Delivers no frames that this host sends. */
  public static final int PACKET_IGNORE_OUTGOING = 23;

  /** Fanout by a classic BPF program. */
  public static final int PACKET_FANOUT_CBPF = 6;

  /** Second format of the ring: one status word a slot. */
  public static final int TPACKET_V2 = 1;

  /** Third format of the ring: blocks of frames. */
  public static final int TPACKET_V3 = 2;

  /** The slot is the kernel's. */
  public static final int TP_STATUS_KERNEL = 0;

  /** The slot holds a frame for us. */
  public static final int TP_STATUS_USER = 1;

  /** The whole frame is queued at the socket. */
  public static final int TP_STATUS_COPY = 2;

  /** The kernel took a VLAN tag out of the frame. */
  public static final int TP_STATUS_VLAN_VALID = 0x10;

  /** The tag's protocol is given too. */
  public static final int TP_STATUS_VLAN_TPID_VALID = 0x40;

  /** sll_pkttype: sent by this host. */
  public static final int PACKET_OUTGOING = 4;

  /** Size of struct sockaddr_ll. */
  public static final int SOCKADDR_LL_BYTES = 20;

  private IfPacket() {}
}
