package jvs.port;

/**
 * One network interface as a worker sees it: receives a burst, sends a burst, copies nothing.
 *
 * <p>The order of calls in a duty cycle is {@link #receive}, any number of {@link #send} on any
 * ports, {@link #flush} on every port that was sent to, then {@link #release}: received frames may
 * be sent from where they lie, so they go back to the kernel last. One thread, its worker's.
 */
public interface PacketPort extends AutoCloseable {
  /** Free bytes before the virtio-net header of every received frame, for tags and tunnels. */
  int HEADROOM = 128;

  /** The interface's index in its network namespace. */
  int linkIndex();

  /** The interface's name. */
  String name();

  /**
   * Appends received frames to {@code batch} until it is full or no more are waiting.
   *
   * @return how many were appended, 0 if none were waiting
   */
  int receive(FrameBatch batch);

  /** Gives all received frames back; their addresses must not be used any more. */
  void release();

  /**
   * Queues a frame for sending; its virtio-net header lies before it and its memory stays untouched
   * until {@link #flush()}. Flushes by itself when the queue is full.
   */
  void send(long address, int length);

  /** Sends what is queued. What the interface refuses is dropped and counted. */
  void flush();

  /** A descriptor that poll(2) reports readable when frames wait, or -1 for ports without one. */
  default int fileDescriptor() {
    return -1;
  }

  /** Frames that the kernel lost because this port was not read fast enough, so far. */
  default long receiveOverruns() {
    return 0;
  }

  /** Frames that were lost because they are longer than this port has room for, so far. */
  default long receiveTruncated() {
    return 0;
  }

  /** Frames that could not be sent, so far. */
  default long sendErrors() {
    return 0;
  }

  /** Releases the descriptor and the memory; idempotent. */
  @Override
  void close();
}
