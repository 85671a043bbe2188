package jvs.service;

import java.util.concurrent.atomic.AtomicLongArray;

/** Packets and bytes that matched each rule, of one worker: that writes, any thread reads. */
public final class MarkHits {
  /** Most rules at a time; each is looked at for every packet. */
  public static final int MAX_RULES = 1024;

  private final AtomicLongArray counts = new AtomicLongArray(2 * MAX_RULES);

  /** Rule number {@code id} matched a packet. */
  void count(int id, int bytes) {
    counts.setOpaque(2 * id, counts.getPlain(2 * id) + 1);
    counts.setOpaque(2 * id + 1, counts.getPlain(2 * id + 1) + bytes);
  }

  /** Adds packets and bytes of rule number {@code id} to {@code sum}'s first two. */
  public void addTo(int id, long[] sum) {
    sum[0] += counts.getOpaque(2 * id);
    sum[1] += counts.getOpaque(2 * id + 1);
  }
}
