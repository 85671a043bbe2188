package jvs.sync;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a director's sync daemons have sent and heard since it started. Each count is written by one
 * daemon's thread at a time and read by any.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // one writer
public final class SyncCounts {
  private volatile long sent;
  private volatile long unsent;
  private volatile long received;
  private volatile long foreign;
  private volatile long malformed;

  /** A message left, or could not. */
  void sent(boolean hasLeft) {
    if (hasLeft) {
      sent++;
    } else {
      unsent++;
    }
  }

  /** A message was believed. */
  void received() {
    received++;
  }

  /** A message has another sync id. */
  void foreign() {
    foreign++;
  }

  /** A datagram was no message. */
  void malformed() {
    malformed++;
  }

  /** All of them by name. */
  public Map<String, Long> byName() {
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("sync_messages_sent", sent);
    counts.put("sync_messages_unsent", unsent);
    counts.put("sync_messages_received", received);
    counts.put("sync_messages_foreign", foreign);
    counts.put("sync_messages_malformed", malformed);
    return counts;
  }
}
