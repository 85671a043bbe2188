package jvs.port;

import jvs.linux.Errno;

/** A receive ring that the kernel shares with us, in one of its formats. One thread. */
sealed interface KernelRing permits ReceiveRing, BlockRing {
  /** Appends waiting frames to the batch; returns how many. */
  int receive(FrameBatch batch);

  /** Gives all that was taken back to the kernel. */
  void release();

  /** Frames that did not fit, so far; any thread. */
  long truncated();

  /** Unmaps the ring; afterwards nothing is ever received. */
  void close(Errno errno);
}
