package jvs.port.xdp;

/** Where in the kernel the program runs. */
public enum XdpMode {
  /** In the driver where that is real hardware's, else in the stack, which costs less there. */
  AUTO,
  /** In the driver; veth then leaves segmentation to the sender. */
  NATIVE,
  /** In the kernel's stack, for every device. */
  SKB
}
