package jvs.director.control;

import java.io.IOException;
import java.nio.channels.Channel;
import java.util.concurrent.locks.LockSupport;

/**
 * Closes a channel on which nothing has moved for too long: blocking channels of Unix domain
 * sockets know no timeouts.
 *
 * <p>Its thread ends with the channel, at the latest a second after.
 */
final class Watchdog {
  private static final long LOOK_NANOS = 1_000_000_000L;
  private static final long AT_REST = Long.MAX_VALUE;

  private final Channel channel;
  private final long boundNanos;
  private volatile long lastMoveNanos = AT_REST;
  private volatile boolean hasBitten;

  private Watchdog(Channel channel, long boundMillis) {
    this.channel = channel;
    this.boundNanos = boundMillis * 1_000_000L;
  }

  static Watchdog start(Channel channel, long boundMillis) {
    Watchdog watchdog = new Watchdog(channel, boundMillis);
    Thread.ofPlatform().daemon().name("control-watchdog").start(watchdog::run);
    return watchdog;
  }

  /** Something moves. */
  void feed() {
    lastMoveNanos = System.nanoTime();
  }

  /** Nothing is expected to move until the next {@link #feed}. */
  void rest() {
    lastMoveNanos = AT_REST;
  }

  /** Whether it has closed the channel. */
  boolean hasBitten() {
    return hasBitten;
  }

  private void run() {
    while (channel.isOpen()) {
      long lastMove = lastMoveNanos;
      if (lastMove != AT_REST && System.nanoTime() - lastMove > boundNanos) {
        hasBitten = true;
        close();
        return;
      }
      LockSupport.parkNanos(this, Math.min(LOOK_NANOS, boundNanos));
    }
  }

  private void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Whoever waits on it wakes up all the same.
    }
  }
}
