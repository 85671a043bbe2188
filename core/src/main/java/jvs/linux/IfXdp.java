package jvs.linux;

/** Numbers and sizes of linux/if_xdp.h, under their own names. */
public final class IfXdp {
  /** Address family. */
  public static final int AF_XDP = 44;

  /** Level of the options of AF_XDP sockets. */
  public static final int SOL_XDP = 283;

  /** Where the rings' fields are. */
  public static final int XDP_MMAP_OFFSETS = 1;

  /** Size of the ring of received frames. */
  public static final int XDP_RX_RING = 2;

  /** Size of the ring of frames to send. */
  public static final int XDP_TX_RING = 3;

  /** Registers the memory of frames. */
  public static final int XDP_UMEM_REG = 4;

  /** Size of the ring of chunks to receive into. */
  public static final int XDP_UMEM_FILL_RING = 5;

  /** Size of the ring of chunks that were sent. */
  public static final int XDP_UMEM_COMPLETION_RING = 6;

  /** What was lost. */
  public static final int XDP_STATISTICS = 7;

  /** How many frames one sendto(2) sends in copy mode. */
  public static final int XDP_MAX_TX_SKB_BUDGET = 9;

  /** Flag of bind: the memory is that of another socket. */
  public static final int XDP_SHARED_UMEM = 1;

  /** Flag of bind: the kernel copies frames. */
  public static final int XDP_COPY = 2;

  /** Flag of bind: the device reads and writes our memory itself. */
  public static final int XDP_ZEROCOPY = 4;

  /** Flag of bind, for a call to be made only when the kernel asks for it. */
  public static final int XDP_USE_NEED_WAKEUP = 8;

  /** Flag of a ring: the kernel asks for a call. */
  public static final int XDP_RING_NEED_WAKEUP = 1;

  /** mmap offset of the receive ring. */
  public static final long XDP_PGOFF_RX_RING = 0;

  /** mmap offset of the send ring. */
  public static final long XDP_PGOFF_TX_RING = 0x8000_0000L;

  /** mmap offset of the fill ring. */
  public static final long XDP_UMEM_PGOFF_FILL_RING = 0x1_0000_0000L;

  /** mmap offset of the completion ring. */
  public static final long XDP_UMEM_PGOFF_COMPLETION_RING = 0x1_8000_0000L;

  /** Bytes that the kernel leaves free before each received frame. */
  public static final int XDP_PACKET_HEADROOM = 256;

  private IfXdp() {}
}
